package dev.orcinus.platform.linux.guestprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.QemuGuest;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The shapes of calls on AArch64, which qemu runs on this processor. */
final class AArch64CallShapesTest extends CallShapes {
    @TempDir private static Path folder;
    private static Path library;
    private static IsolatedGuest guest;

    @BeforeAll
    static void start() throws Exception {
        library = compile();
        guest =
                new ProcessGuest(
                        QemuGuest.start(folder),
                        GuestOptions.ofSession().arguments(),
                        ProgramShape.PLAIN,
                        null);
    }

    private static Path compile() throws Exception {
        Path tools = Path.of(System.getenv().getOrDefault("ORCINUS_LLVM_ROOTS", "/opt/llvm-roots"));
        Path clang = tools.resolve("bin/clang-20");
        assumeTrue(Files.isExecutable(clang), "no clang-20: run tests/llvm/install.sh 20");
        Path source = Files.writeString(folder.resolve("shapes.c"), source());
        Path object = folder.resolve("shapes.o");
        Path compiled = folder.resolve("shapes.so");
        run(
                clang.toString(),
                "--target=aarch64-linux-gnu",
                "-c",
                "-fPIC",
                "-O1",
                "-w",
                "-o",
                object.toString(),
                source.toString());
        run(
                tools.resolve("bin/lld-20").toString(),
                "-flavor",
                "gnu",
                "-shared",
                "-o",
                compiled.toString(),
                object.toString());
        return compiled;
    }

    private static void run(String... command) throws Exception {
        Process run = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(run.getInputStream().readAllBytes(), UTF_8);
        run.waitFor(60, TimeUnit.SECONDS);
        assertEquals("", output);
    }

    @AfterAll
    static void end() {
        if (guest != null) {
            guest.close();
        }
    }

    @Override
    IsolatedGuest guest() {
        return guest;
    }

    @Override
    String library() {
        return library.toString();
    }
}
