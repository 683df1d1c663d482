package dev.orcinus.platform.linux.guestprocess.start;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.EntryCode;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a guest process on AArch64, which qemu runs on this processor. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AArch64GuestTest {
    @TempDir private Path folder;
    private NativeGuest guest;

    @BeforeEach
    void start() throws Exception {
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
                                                        ProgramShape.PLAIN,
                                                        command,
                                                        mailbox.file(),
                                                        true)));
        guest = new NativeGuest(Processor.AARCH64, mailbox, process, NativeProcess::reap, false);
    }

    private static Path installed() {
        String folder = System.getenv("ORCINUS_ARM64_JDK");
        return folder != null
                ? Path.of(folder)
                : Path.of(System.getProperty("user.home"), ".cache", "orcinus", "arm64-jdk");
    }

    @AfterEach
    void end() {
        if (guest != null) {
            guest.close();
        }
    }

    @Test
    void callsAndListsOfCallsRun() {
        long parent = guest.threads().on(Use.SERVICE, t -> t.call(Libc.GETPPID));
        assertEquals(Unistd.getpid(), parent);
        CallList list = new CallList();
        list.add(guest.address(Libc.GETPPID));
        list.addOrStop(guest.address(Libc.CLOSE), -1);
        list.add(guest.address(Libc.GETPPID));
        assertFalse(guest.threads().on(Use.SERVICE, list::run));
        assertEquals(2, list.made());
        assertEquals(9, list.errno(), "EBADF");
        assertEquals(Unistd.getpid(), list.result(0));
    }

    @Test
    void guestCodeCallsJavaAndThreadsServe() throws Exception {
        List<ExportedFunction> functions = List.of(ExportedFunction.of((a, b, _, _) -> 10 * a + b));
        guest.exports().add(functions);
        PreparedThread prepared = guest.threads().prepare();
        long result = guest.threads().on(Use.SERVICE, this::callJava);
        assertEquals(34, result);
        prepared.close();
        prepared.awaitEnd();
    }

    private long callJava(NativeThread thread) {
        long page = thread.call(Libc.MMAP, 0, 4096, 3, 0x22, -1, 0);
        ExecutorAddress upcall = guest.address(GuestProgram.UPCALL);
        byte[] entry = EntryCode.of(Processor.AARCH64, 0, upcall);
        ExecutorAddress code = new ExecutorAddress(page);
        assertTrue(thread.memory().write(MemorySegment.ofArray(entry), code));
        thread.call(Libc.MPROTECT, page, 4096, 5);
        return thread.call(code, 3, 4);
    }

    @Test
    void aProgramReturnsFromMain() {
        assertEquals(
                new GuestEnd.Exited(Unistd.getpid() & 0xff),
                runProgram(guest.address(Libc.GETPPID), 1));
    }

    @Test
    void theExitOfAProgramIsItsOwn() {
        assertEquals(new GuestEnd.Exited(5), runProgram(guest.address(Libc.EXIT), 5));
    }

    @Test
    void finalizersRunAtTheExitOfAProgram() {
        GuestEnd end = runProgram(guest.address(Libc.EXIT), 5, guest.address(Libc.ABORT).value());
        assertEquals(new GuestEnd.Crashed(6, ExecutorAddress.NULL), end);
    }

    /** Runs a program with one initializer; main gets a number. */
    private GuestEnd runProgram(ExecutorAddress main, int argument, long... finalizers) {
        guest.threads()
                .handOver(
                        thread -> {
                            ThreadScratch scratch = thread.scratch();
                            long last = scratch.put(MemorySegment.ofArray(finalizers)).value();
                            long first =
                                    scratch.put(
                                                    MemorySegment.ofArray(
                                                            new long[] {
                                                                guest.address(Libc.GETPPID).value()
                                                            }))
                                            .value();
                            return scratch.put(
                                    MemorySegment.ofArray(
                                            new long[] {
                                                argument,
                                                0,
                                                0,
                                                main.value(),
                                                guest.address(Libc.__CXA_ATEXIT).value(),
                                                1,
                                                first,
                                                finalizers.length,
                                                last
                                            }));
                        });
        return guest.awaitEnd();
    }

    @Test
    void aWordIsStoredAndACrashIsTold() {
        long stored = guest.threads().on(Use.SERVICE, AArch64GuestTest::store);
        assertEquals(77, stored);
        GuestGoneException gone =
                assertThrows(
                        GuestGoneException.class,
                        () -> guest.threads().on(Use.SERVICE, AArch64GuestTest::crash));
        assertEquals(new GuestEnd.Crashed(11, new ExecutorAddress(0x1230)), gone.end());
    }

    private static long store(NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            ExecutorAddress at = scratch.zeros(Long.BYTES);
            thread.call(GuestProgram.STORE, at.value(), 77, 0);
            MemorySegment word = MemorySegment.ofArray(new long[1]);
            scratch.get(at, word);
            return word.get(JAVA_LONG, 0);
        }
    }

    private static long crash(NativeThread thread) {
        return thread.call(GuestProgram.STORE, 0x1230, 1, 0);
    }
}
