package dev.orcinus.platform.linux.guestprocess.start;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.program.EntryCode;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.PausedCopy;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of a guest process on AArch64, which qemu runs on this processor. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AArch64GuestTest {
    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGABRT = 6;
    private static final int SIGSEGV = 11;
    private static final int SIGCHLD = 17;

    /** The block of {@link GuestProgram#MARSHAL}, without arguments on the stack. */
    private static final int BLOCK_BYTES = 224;

    /**
     * {@code int main(pid_t (*fork)(void)) { return fork() + 7; }}: stp x29, x30, [sp, #-16]!; blr
     * x0; add x0, x0, #7; ldp x29, x30, [sp], #16; ret.
     */
    private static final String FORK_AND_ADD = "fd7bbfa900003fd6001c0091fd7bc1a8c0035fd6";

    /**
     * {@code int main(pid_t (*fork)(void), void (*java)(void))}, whose child calls {@code java} and
     * returns 0: stp x29, x30, [sp, #-32]!; str x19, [sp, #16]; mov x19, x1; blr x0; cbnz w0, .+16;
     * mov w0, #6; blr x19; mov w0, wzr; ldr x19, [sp, #16]; ldp x29, x30, [sp], #32; ret.
     */
    private static final String FORK_AND_CALL =
            "fd7bbea9f30b00f9f30301aa00003fd680000035c000805260023fd6e0031f2af30b40f9fd7bc2a8c0035fd6";

    @TempDir private Path folder;
    private NativeGuest guest;

    @BeforeEach
    void start() throws Exception {
        guest = QemuGuest.start(folder);
    }

    @AfterEach
    void end() {
        if (guest != null) {
            guest.close();
        }
    }

    @Test
    void callsAndListsOfCallsRun() throws Exception {
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
    void aForkedChildEndsWhenItComesBack() throws Exception {
        ExecutorAddress fork = guest.address(Libc.FORK);
        assertExits(guest.threads().on(Use.SERVICE, t -> t.call(fork, 0, 0)), 0);
        CallList list = new CallList();
        list.add(fork);
        list.add(guest.address(Libc.GETPPID));
        assertTrue(guest.threads().on(Use.SERVICE, list::run));
        assertExits(list.result(0), 0);
        assertEquals(Unistd.getpid(), list.result(1));
        assertExits(guest.threads().on(Use.SERVICE, t -> marshal(t, fork)), 0);
    }

    private static long marshal(NativeThread thread, ExecutorAddress function) {
        try (ThreadScratch scratch = thread.scratch()) {
            ExecutorAddress at = scratch.zeros(BLOCK_BYTES);
            thread.call(GuestProgram.MARSHAL, function.value(), at.value(), 0);
            MemorySegment block = MemorySegment.ofArray(new long[BLOCK_BYTES / Long.BYTES]);
            scratch.get(at, block);
            return block.get(JAVA_LONG, 0);
        }
    }

    @Test
    void theChildOfMainEndsWithWhatMainReturns() throws Exception {
        long page =
                guest.threads().on(Use.SERVICE, t -> t.call(Libc.MMAP, 0, 4096, 3, 0x22, -1, 0));
        ExecutorAddress main = new ExecutorAddress(page);
        byte[] code = HexFormat.of().parseHex(FORK_AND_ADD);
        assertTrue(guest.memory().write(MemorySegment.ofArray(code), main));
        long fork = guest.address(Libc.FORK).value();
        long result =
                guest.threads()
                        .on(
                                Use.SERVICE,
                                thread -> {
                                    thread.call(Libc.MPROTECT, page, 4096, 5);
                                    return thread.call(
                                            GuestProgram.RUN_MAIN, fork, 0, 0, main.value());
                                });
        assertExits(result - 7, 7);
    }

    @ParameterizedTest
    @CsvSource({"UPCALL, 0", "CALLBACK, 127", "CALLBACK_ALL, 127", "UPCALL_OR_EXIT, 6"})
    void aChildThatCallsAJavaFunctionEndsIfItNeedsAResult(GuestProgram kind, int status)
            throws Exception {
        long child =
                guest.threads()
                        .on(
                                Use.SERVICE,
                                thread -> {
                                    ExecutorAddress java =
                                            code(
                                                    thread,
                                                    EntryCode.of(
                                                            Processor.AARCH64,
                                                            0,
                                                            guest.address(kind)));
                                    byte[] main = HexFormat.of().parseHex(FORK_AND_CALL);
                                    return thread.call(
                                            code(thread, main),
                                            guest.address(Libc.FORK).value(),
                                            java.value());
                                });
        assertExits(child, status);
    }

    /** Returns the address of code. */
    private static ExecutorAddress code(NativeThread thread, byte[] bytes) {
        long page = thread.call(Libc.MMAP, 0, 4096, 3, 0x22, -1, 0);
        ExecutorAddress code = new ExecutorAddress(page);
        assertTrue(thread.memory().write(MemorySegment.ofArray(bytes), code));
        thread.call(Libc.MPROTECT, page, 4096, 5);
        return code;
    }

    /** Waits for the end of a child of the guest. */
    private void assertExits(long child, int status) {
        assertTrue(child > 0, () -> "child " + child);
        int[] seen = new int[2];
        long ended =
                guest.threads()
                        .on(
                                Use.SERVICE,
                                thread -> {
                                    try (ThreadScratch scratch = thread.scratch()) {
                                        ExecutorAddress at = scratch.zeros(Long.BYTES);
                                        long pid = thread.call(Libc.WAITPID, child, at.value(), 0);
                                        scratch.get(at, MemorySegment.ofArray(seen));
                                        return pid;
                                    }
                                });
        assertEquals(child, ended);
        assertEquals(status << 8, seen[0], "exit status");
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
        ExecutorAddress upcall = guest.address(GuestProgram.UPCALL);
        byte[] entry = EntryCode.of(Processor.AARCH64, 0, upcall);
        return thread.call(code(thread, entry), 3, 4);
    }

    @Test
    void aProgramReturnsFromMain() throws Exception {
        assertEquals(
                new GuestEnd.Exited(Unistd.getpid() & 0xff),
                runProgram(guest.address(Libc.GETPPID), 1));
    }

    @Test
    void theExitOfAProgramIsItsOwn() throws Exception {
        assertEquals(new GuestEnd.Exited(5), runProgram(guest.address(Libc.EXIT), 5));
    }

    @Test
    void finalizersRunAtTheExitOfAProgram() throws Exception {
        GuestEnd end = runProgram(guest.address(Libc.EXIT), 5, guest.address(Libc.ABORT).value());
        assertEquals(new GuestEnd.Crashed(6, ExecutorAddress.NULL), end);
    }

    /** Its code ends the process with the first word on its stack: ldr x0, [sp]; exit_group. */
    @Test
    void aProgramWithAStartOfItsOwnFindsWordsOnItsStack() throws Exception {
        int[] code = {0xf94003e0, 0xd2800bc8, 0xd4000001};
        guest.threads().handOver(thread -> ownStart(thread, MemorySegment.ofArray(code)));
        assertEquals(new GuestEnd.Exited(47), guest.awaitEnd());
    }

    private ExecutorAddress ownStart(NativeThread thread, MemorySegment code) {
        ThreadScratch scratch = thread.scratch();
        long[] words = new long[13];
        words[3] = guest.address(GuestProgram.ENTER_PROGRAM).value();
        words[4] = guest.address(Libc.__CXA_ATEXIT).value();
        words[9] = thread.call(Libc.MMAP, 0, 4096, 3, 0x22, -1, 0);
        assertTrue(thread.memory().write(code, new ExecutorAddress(words[9])));
        thread.call(Libc.MPROTECT, words[9], 4096, 5);
        words[10] = guest.head().arguments().value() - 256 & -16;
        words[11] = scratch.put(MemorySegment.ofArray(new long[] {47, 0})).value();
        words[12] = 2;
        return scratch.put(MemorySegment.ofArray(words));
    }

    /** Runs a program with one initializer; main gets a number. */
    private GuestEnd runProgram(ExecutorAddress main, int argument, long... finalizers)
            throws Exception {
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
    void aWordIsStoredAndACrashIsTold() throws Exception {
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

    /**
     * Crashes in each way that qemu passes on, and returns to a checkpoint each time. qemu makes
     * the helper of a copy by fork only; so this does not show that guest code sees no child. Its
     * copies have no keeper here, so nobody knows their exit statuses.
     */
    @Test
    void itGoesOnFromACheckpointWhateverHasEndedIt() throws Exception {
        long word = guest.threads().on(Use.SERVICE, t -> t.call(Libc.MALLOC, Long.BYTES));
        Map<String, Integer> ends = new LinkedHashMap<>();
        ends.put("00000000", SIGILL); // udf
        ends.put("200020d4", SIGTRAP); // brk #1
        ends.put("fd7bbfa9 ffffff97", SIGSEGV); // endless recursion
        ends.put("1f0000f9", SIGSEGV); // str xzr, [x0]
        long step = 0;
        for (Map.Entry<String, Integer> end : ends.entrySet()) {
            store(word, ++step);
            goOnAfter(
                    () -> {
                        store(word, -1);
                        crash(end.getKey());
                    },
                    end.getValue());
            assertEquals(step, load(word), end.getKey());
        }
        store(word, ++step);
        goOnAfter(() -> call(Libc.ABORT, 0), SIGABRT);
        store(word, ++step);
        goOnAfter(() -> call(Libc.EXIT, 3), 0);
        assertEquals(step, load(word));
    }

    private void call(Libc function, long argument) {
        guest.threads().on(Use.SERVICE, thread -> thread.call(function, argument));
    }

    private void store(long address, long value) {
        guest.threads().on(Use.SERVICE, t -> t.call(GuestProgram.STORE, address, value, 0));
    }

    private long load(long address) {
        long[] word = new long[1];
        assertTrue(guest.memory().read(new ExecutorAddress(address), MemorySegment.ofArray(word)));
        return word[0];
    }

    /** Writes instructions into the guest, and calls them. */
    private long crash(String instructions) {
        return guest.threads()
                .on(
                        Use.SERVICE,
                        thread -> {
                            long page = thread.call(Libc.MMAP, 0, 4096, 3, 0x22, -1, 0);
                            byte[] code = HexFormat.of().parseHex(instructions.replace(" ", ""));
                            ExecutorAddress start = new ExecutorAddress(page);
                            thread.memory().write(MemorySegment.ofArray(code), start);
                            thread.call(Libc.MPROTECT, page, 4096, 5);
                            return thread.call(start, 0x1230, 0);
                        });
    }

    /**
     * Makes a copy, ends the guest, and lets the copy go on.
     *
     * @param signal the signal that ends it, or 0 if none does
     */
    private void goOnAfter(Executable ending, int signal) throws HostCallException {
        int before = guest.pid();
        try (PausedCopy copy = guest.copy(SIGCHLD)) {
            GuestEnd end = assertThrows(GuestGoneException.class, ending).end();
            assertEquals(signal, end instanceof GuestEnd.Crashed crash ? crash.signal() : 0);
            guest.replaceBy(copy);
        }
        assertNotEquals(before, guest.pid());
    }
}
