package dev.orcinus.platform.linux.guestprocess.start;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A guest process for AArch64, which qemu runs on another processor. */
public final class QemuGuest {
    private QemuGuest() {}

    /** Starts one; skips the test if qemu is not installed. */
    public static NativeGuest start(Path folder) throws Exception {
        Path jdk = installed();
        Path qemu = jdk.resolve("qemu/usr/bin/qemu-aarch64");
        assumeTrue(Files.isExecutable(qemu), "no qemu: run tests/arm64/install.sh");
        Processor here = Processor.named(System.getProperty("os.arch")).orElseThrow();
        Path file = folder.resolve("guest");
        Files.write(
                file,
                GuestProgram.file(Processor.AARCH64, List.of("libc.so.6"), ProgramShape.PLAIN));
        assertTrue(file.toFile().setExecutable(true));
        List<String> command =
                List.of("qemu-aarch64", "-L", jdk.resolve("root").toString(), file.toString());
        Mailbox mailbox = new Mailbox(here, Unistd.getpid());
        NativeProcess process =
                ProcessWatcher.shared()
                        .run(
                                () ->
                                        NativeProcess.of(
                                                Spawner.spawn(
                                                        qemu.toString(),
                                                        Inheritance.of(ProgramShape.PLAIN),
                                                        command,
                                                        mailbox.file(),
                                                        true)));
        return new NativeGuest(Processor.AARCH64, mailbox, process, NativeProcess::reap, false);
    }

    private static Path installed() {
        String folder = System.getenv("ORCINUS_ARM64_JDK");
        return folder != null
                ? Path.of(folder)
                : Path.of(System.getProperty("user.home"), ".cache", "orcinus", "arm64-jdk");
    }
}
