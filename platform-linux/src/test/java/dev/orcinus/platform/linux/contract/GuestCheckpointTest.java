package dev.orcinus.platform.linux.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a guest goes on from a checkpoint, whatever its code has done. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GuestCheckpointTest {
    /** Those that run until they are ended: they sleep, or loop. */
    private static final Set<Integer> ENDLESS = Set.of(7, 13, 25);

    private static final long CALL_LIMIT_MILLIS = 150;

    private static final int THREADS = 200;

    @TempDir private static Path folder;
    private static String library;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private IsolatedGuest guest;
    private ExecutorAddress step;
    private ExecutorAddress state;

    @BeforeAll
    static void compile() throws Exception {
        library = CrashLibrary.compile(folder).toString();
    }

    @BeforeEach
    void start() throws HostCallException {
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
        step = symbol("step");
        state = symbol("state");
    }

    @AfterEach
    void end() {
        clock.shutdownNow();
        guest.close();
    }

    private ExecutorAddress symbol(String name) throws HostCallException {
        ExecutorAddress handle = guest.libraries().open(library);
        return guest.libraries().find(handle, name).orElseThrow();
    }

    private long call(ExecutorAddress function, long argument) {
        return guest.invoker().call(GuestCall.of(function, argument)).value();
    }

    /** Crashes in each way, twice, and looks at the state after each; on the first thread. */
    @Test
    void theStateAfterACrashIsThatOfTheCheckpoint() throws Exception {
        ExecutorAddress destroy = symbol("destroy");
        ExportedFunction function = ExportedFunction.of((a, _, _, _) -> a + 1);
        ExecutorAddress java = guest.export(List.of(function)).getFirst();
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            long steps = 0;
            for (int i = 0; i < 2 * CrashLibrary.KINDS; i++) {
                int kind = i % CrashLibrary.KINDS;
                for (int n = 0; n < 3; n++) {
                    assertEquals(++steps, call(step, steps), "after kind " + kind);
                }
                long before = call(state, 0);
                long pid = guest.pid();
                try (GuestCheckpoint checkpoint = guest.checkpoint()) {
                    CallOutcome<Long> outcome = callLimited(destroy, kind, java);
                    assertTrue(outcome.isGone(), "kind " + kind);
                    assertEnd(kind, outcome.end().orElseThrow());
                    checkpoint.restore();
                }
                assertNotEquals(pid, guest.pid());
                assertEquals(before, call(state, 0), "after kind " + kind);
            }
        }
    }

    private CallOutcome<Long> callLimited(ExecutorAddress destroy, int kind, ExecutorAddress java)
            throws Exception {
        long limit = ENDLESS.contains(kind) ? CALL_LIMIT_MILLIS : 20_000;
        Duration duration = Duration.ofMillis(limit);
        Future<?> killer =
                clock.schedule(
                        () -> guest.kill(new GuestEnd.TimedOut(duration)),
                        limit,
                        TimeUnit.MILLISECONDS);
        try {
            return guest.invoker()
                    .call(new GuestCall(destroy, kind, java.value(), mailbox(), 0, 0, 0));
        } finally {
            killer.cancel(false);
        }
    }

    /** Also in a guest that has returned to a checkpoint, whose memory is mapped anew. */
    @Test
    void codeThatIsMadeToReturnCrashesNoMore() throws Exception {
        AddressRange code = guest.memory().map(2 * guest.memory().pageSizeBytes());
        boolean isArm = System.getProperty("os.arch").equals("aarch64");
        byte[] trap = isArm ? new byte[] {0, 0, 0, 0} : new byte[] {0x0f, 0x0b};
        MemorySegment.copy(trap, 0, guest.memory().fill(code), JAVA_BYTE, 0, trap.length);
        guest.memory().publish(List.of(new Publication(code, MemProt.READ_EXEC)));
        try (PreparedThread _ = guest.process().prepareMainThread();
                GuestCheckpoint checkpoint = guest.checkpoint()) {
            assertTrue(guest.invoker().call(GuestCall.of(code.start())).isGone());
            checkpoint.restore();
            guest.makeReturn(List.of(code));
            assertFalse(guest.invoker().call(GuestCall.of(code.start())).isGone());
            ExecutorAddress last = code.start().plus(code.sizeBytes() - trap.length);
            assertFalse(guest.invoker().call(GuestCall.of(last)).isGone());
            assertTrue(guest.memory().isExecutable(code.start()));
            assertFalse(guest.memory().tryWrite(MemorySegment.ofArray(trap), code.start()));
        }
    }

    /** Returns the address of the mailbox in the guest. */
    private long mailbox() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/" + guest.pid() + "/maps"))) {
            if (line.contains("memfd:orcinus-mailbox")) {
                return Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
            }
        }
        throw new AssertionError("no mailbox");
    }

    private static void assertEnd(int kind, GuestEnd end) {
        switch (kind) {
            case 0, 3, 12, 18, 20 -> assertEquals(11, ((GuestEnd.Crashed) end).signal());
            case 1, 4, 10, 11 -> assertEquals(6, ((GuestEnd.Crashed) end).signal());
            case 2 -> assertEquals(new GuestEnd.Exited(3), end);
            case 7, 13 -> assertTrue(end instanceof GuestEnd.TimedOut, end::describe);
            case 8 -> assertEquals(8, ((GuestEnd.Crashed) end).signal());
            case 9 -> assertEquals(4, ((GuestEnd.Crashed) end).signal());
            case 14 -> assertEquals(new GuestEnd.Crashed(9, ExecutorAddress.NULL), end);
            case 15 -> assertEquals(new GuestEnd.Exited(0), end);
            case 19 -> assertEquals(new GuestEnd.Crashed(15, ExecutorAddress.NULL), end);
            case 23 -> assertEquals(new GuestEnd.Exited(4), end);
            default -> assertFalse(end.describe().isEmpty()); // what dies first is open
        }
    }

    @Test
    void aCheckpointThatIsNotUsedChangesNothing() throws Exception {
        for (int i = 1; i <= 50; i++) {
            try (GuestCheckpoint _ = guest.checkpoint()) {
                assertEquals(i, call(step, i));
            }
        }
        long zombies = zombies(parentOf(guest.pid()));
        assertTrue(zombies < 4, "they are reaped together, some at a time: " + zombies);
    }

    @Test
    void aCopyThatHasBeenKilledIsNoStateToReturnTo() throws Exception {
        String keeper = parentOf(guest.pid());
        String before = children(keeper);
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            String copy = children(keeper).replace(before, "").strip();
            new ProcessBuilder("kill", "-9", copy).start().waitFor();
            assertEquals(1, call(step, 1), "the guest goes on");
            HostCallException failure = assertThrows(HostCallException.class, checkpoint::restore);
            assertTrue(failure.getMessage().startsWith("the copy of the guest: "));
        }
        assertEquals(0, zombies(keeper));
        assertThrows(GuestGoneException.class, () -> call(step, 1));
    }

    private static String children(String pid) throws Exception {
        return Files.readString(Path.of("/proc", pid, "task", pid, "children"));
    }

    /** Returns how many children of a process have ended and are not reaped. */
    private static long zombies(String parent) throws Exception {
        long count = 0;
        for (String child : children(parent).split(" ", -1)) {
            if (!child.isEmpty()
                    && Files.readString(Path.of("/proc", child, "stat")).contains(") Z ")) {
                count++;
            }
        }
        return count;
    }

    private static String parentOf(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[1];
    }

    @Test
    void memoryHasTheContentOfTheCheckpointOrItsFirstOne() throws Exception {
        long page = guest.memory().pageSizeBytes();
        AddressRange kept = filled(3 * page, 1);
        AddressRange freed = filled(page, 2);
        AddressRange cleared = filled(2 * page, 3);
        AddressRange part = AddressRange.of(cleared.start(), page);
        AddressRange made;
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            guest.memory().tryWrite(MemorySegment.ofArray(new byte[] {9}), kept.start());
            made = filled(page, 4);
            call(guest.libraries().find(guest.libraries().process(), "abs").orElseThrow(), 1);
            assertEquals(Map.of(), guest.memory().unmap(List.of(freed)));
            assertEquals(Map.of(), guest.memory().discard(List.of(part)));
            guest.memory().fill(part).fill((byte) 8);
            publish(part, MemProt.READ);
            assertArrayEquals(new byte[] {8}, read(part.start()));
            checkpoint.restore();
        }
        assertArrayEquals(new byte[] {1}, read(kept.start()));
        assertFalse(guest.memory().tryRead(freed.start(), one()));
        assertArrayEquals(new byte[] {8}, read(part.start()));
        assertArrayEquals(new byte[] {3}, read(part.end()));
        assertArrayEquals(new byte[] {4}, read(made.start()));
        assertEquals(Map.of(), guest.memory().discard(List.of(part)));
        guest.memory().fill(part).fill((byte) 5);
        publish(part, MemProt.READ);
        assertArrayEquals(new byte[] {5}, read(part.start()));
        assertEquals(Map.of(), guest.memory().unmap(List.of(kept, made, cleared)));
    }

    /** Memory is given out in parts of larger ranges, of which several are needed here. */
    @Test
    void manySmallRangesThatAreMadeSinceAreThere() throws Exception {
        long size = 200 << 10;
        AddressRange before = filled(size, 1);
        List<AddressRange> since = new ArrayList<>();
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            for (int i = 0; i < 50; i++) {
                since.add(filled(size, i));
            }
            assertEquals(Map.of(), guest.memory().unmap(List.of(since.removeFirst())));
            checkpoint.restore();
        }
        assertArrayEquals(new byte[] {1}, read(before.start()));
        for (int i = 0; i < since.size(); i++) {
            assertArrayEquals(new byte[] {(byte) (i + 1)}, read(since.get(i).start()));
        }
        AddressRange after = filled(size, 77);
        assertArrayEquals(new byte[] {77}, read(after.start()));
        assertEquals(Map.of(), guest.memory().unmap(since));
        assertFalse(guest.memory().tryRead(since.getLast().start(), one()));
        assertArrayEquals(new byte[] {77}, read(after.start()));
    }

    /** Code runs, and data can be written, though the guest is asked to protect both later. */
    @Test
    void whatIsPublishedWhileACopyWaitsIsProtectedInTime() throws Exception {
        try (GuestCheckpoint _ = guest.checkpoint()) {
            ExportedFunction function = ExportedFunction.of((a, _, _, _) -> a + 1);
            assertEquals(8, call(guest.export(List.of(function)).getFirst(), 7));
            AddressRange data = filled(guest.memory().pageSizeBytes(), 3);
            MemorySegment nine = MemorySegment.ofArray(new byte[] {9});
            assertTrue(guest.memory().tryWrite(nine, data.start()));
            assertArrayEquals(new byte[] {9}, read(data.start()));
            AddressRange constant = filled(guest.memory().pageSizeBytes(), 4);
            publish(constant, MemProt.READ);
            assertFalse(guest.memory().tryWrite(nine, constant.start()));
            AddressRange code = guest.memory().map(guest.memory().pageSizeBytes());
            publish(code, MemProt.READ_EXEC);
            assertTrue(guest.memory().isExecutable(code.start()));
        }
    }

    @Test
    void aCheckpointIsCurrentUntilTheGuestChangesInAWayThatWouldBeUndone() throws Exception {
        AddressRange data = filled(guest.memory().pageSizeBytes(), 1);
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            AddressRange made = filled(guest.memory().pageSizeBytes(), 2);
            read(made.start());
            assertEquals(Map.of(), guest.memory().unmap(List.of(made)));
            assertTrue(checkpoint.isCurrent());
            call(state, 0);
            assertFalse(checkpoint.isCurrent());
        }
        List<String> program = List.of("program");
        guest.invoker().layOut(program);
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            guest.invoker().layOut(program); // as each line does whose initializers have arguments
            assertTrue(checkpoint.isCurrent());
            assertTrue(guest.memory().tryWrite(one(), data.start()));
            assertFalse(checkpoint.isCurrent());
        }
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            guest.libraries().open(library);
            assertFalse(checkpoint.isCurrent());
        }
    }

    @Test
    void aFunctionThatIsExportedSinceIsThere() throws Exception {
        ExecutorAddress java;
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            java = guest.export(List.of(ExportedFunction.of((a, _, _, _) -> a + 1))).getFirst();
            checkpoint.restore();
        }
        assertEquals(6, call(java, 5));
    }

    /** Each checkpoint is made before the last one goes, as sessions do. */
    @Test
    void memoryIsGivenBackThoughThereIsAlwaysACheckpoint() throws Exception {
        long size = 1 << 20;
        GuestCheckpoint checkpoint = guest.checkpoint();
        for (int i = 0; i < 60; i++) {
            AddressRange range = filled(size, i);
            GuestCheckpoint next = guest.checkpoint();
            checkpoint.close();
            checkpoint = next;
            assertEquals(Map.of(), guest.memory().unmap(List.of(range)));
        }
        assertTrue(contentBytes() <= 4 * size, () -> "it still has " + contentBytes());
        checkpoint.restore();
    }

    /** Returns how much memory the file with the content of the guest's memory takes. */
    private static long contentBytes() {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            long blocks = 0;
            for (Path file : all) {
                if (Files.isSymbolicLink(file)
                        && Files.readSymbolicLink(file).toString().contains("orcinus-guest-mem")) {
                    String path =
                            "/proc/" + ProcessHandle.current().pid() + "/fd/" + file.getFileName();
                    Process stat = new ProcessBuilder("stat", "-L", "-c", "%b", path).start();
                    blocks +=
                            Long.parseLong(
                                    new String(stat.getInputStream().readAllBytes(), UTF_8)
                                            .strip());
                }
            }
            return blocks * 512;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AddressRange filled(long sizeBytes, int content) throws HostCallException {
        AddressRange range = guest.memory().map(sizeBytes);
        guest.memory().fill(range).fill((byte) content);
        publish(range, MemProt.READ_WRITE);
        return range;
    }

    private void publish(AddressRange range, MemProt prot) throws HostCallException {
        guest.memory().publish(List.of(new Publication(range, prot)));
    }

    private static MemorySegment one() {
        return MemorySegment.ofArray(new byte[1]);
    }

    private byte[] read(ExecutorAddress at) {
        byte[] one = new byte[1];
        assertTrue(guest.memory().tryRead(at, MemorySegment.ofArray(one)));
        return one;
    }

    @Test
    void threadsAreMadeAgainWhenTheyAreNeeded() throws Exception {
        Thread other =
                new Thread(
                        () -> {
                            try (PreparedThread _ = guest.process().prepareThread()) {
                                call(step, 1);
                            } catch (HostCallException e) {
                                throw new AssertionError(e);
                            }
                        });
        other.start();
        other.join();
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            checkpoint.restore();
        }
        assertEquals(2, call(step, 2));
        try (PreparedThread _ = guest.process().prepareThread()) {
            assertEquals(3, call(step, 3));
            assertThrows(IllegalStateException.class, guest::checkpoint);
        }
    }

    @Test
    void threadsThatAreBeingMadeAreNotItsOwn() throws Exception {
        ExecutorService maker = Executors.newSingleThreadExecutor();
        try {
            Future<?> making = maker.submit(this::makeThreads);
            while (!making.isDone()) {
                assertFalse(guest.hasThreadsOfItsOwn());
            }
            making.get();
        } finally {
            maker.shutdown();
        }
    }

    private Void makeThreads() throws Exception {
        for (int i = 0; i < THREADS; i++) {
            PreparedThread made = guest.process().prepareThread();
            made.close();
            made.awaitEnd();
        }
        return null;
    }

    /** A thread of this JVM that is not prepared borrows the first thread for that. */
    @Test
    void toNoteTheStateLeavesTheFirstThreadItsThreadLocals() throws Exception {
        ExecutorAddress use = symbol("useThreadLocal");
        assertEquals(1, call(use, 0));
        guest.checkpoint().close();
        assertEquals(2, call(use, 0));
        assertEquals(0, call(symbol("countDestroyed"), 0));
    }

    /** Otherwise their code could go before they run. */
    @Test
    void destructorsThatAReturnOnAnotherThreadBringsBackRunWhenTheFirstEnds() throws Exception {
        ExecutorAddress use = symbol("useThreadLocal");
        ExecutorAddress count = symbol("countDestroyed");
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            assertEquals(1, call(use, 0));
            try (GuestCheckpoint checkpoint = guest.checkpoint()) {
                onAnotherThread(
                        () -> {
                            guest.kill(new GuestEnd.Exited(9));
                            checkpoint.restore();
                            return null;
                        });
            }
        }
        assertEquals(1, call(count, 0));
    }

    /** The copy that takes its place has the same pages as the guest that has ended. */
    @Test
    void sharedCodeHasItsContentAlsoIfADestructorOfALibraryEndsTheGuest() throws Exception {
        SharedMapping shared = guest.memory().mapShared(guest.memory().pageSizeBytes());
        guest.memory().unlinkShared(shared.name());
        AddressRange code = shared.range();
        guest.memory().fill(code).fill((byte) 9);
        publish(code, MemProt.READ_EXEC);
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            returnFromAnEndByADestructor(code);
            assertArrayEquals(new byte[] {9}, read(code.start()));
            assertEquals(2, call(symbol("useThreadLocal"), 0));
        }
    }

    /** Lets a destructor of a library end the guest while those in code are forgotten. */
    private void returnFromAnEndByADestructor(AddressRange code) throws Exception {
        assertEquals(1, call(symbol("useThreadLocal"), 0));
        assertEquals(1, call(symbol("endWhenDestroyed"), 0));
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            assertThrows(Exception.class, () -> guest.forgetDestructors(List.of(code)));
            assertEquals(Optional.of(new GuestEnd.Exited(5)), guest.end());
            checkpoint.restore();
        }
    }

    @Test
    void codeIsExecutableAlsoIfADestructorOfALibraryEndsTheGuest() throws Exception {
        AddressRange code = guest.memory().map(guest.memory().pageSizeBytes());
        guest.memory().fill(code).fill((byte) 9);
        publish(code, MemProt.READ_EXEC);
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            returnFromAnEndByADestructor(code);
            assertTrue(guest.memory().isExecutable(code.start()));
            assertArrayEquals(new byte[] {9}, read(code.start()));
        }
    }

    /**
     * The destructor is a page that is not mapped any more. The thread comes first, as in sessions:
     * what the guest maps for it may lie where pages have gone.
     */
    @Test
    void destructorsInCodeThatHasGoneAreForgotten() throws Exception {
        long pageBytes = guest.memory().pageSizeBytes();
        List<ExecutorAddress> found =
                guest.libraries()
                        .find(guest.libraries().process(), List.of("__cxa_thread_atexit_impl"));
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            AddressRange code = guest.memory().map(pageBytes);
            guest.memory().unmap(List.of(code));
            ExecutorAddress destructor = code.start().plus(16);
            assertEquals(
                    0,
                    guest.invoker()
                            .call(
                                    new GuestCall(
                                            found.getFirst(),
                                            destructor.value(),
                                            0,
                                            destructor.value(),
                                            0,
                                            0,
                                            0))
                            .value());
            guest.forgetDestructors(List.of(code));
            assertFalse(guest.memory().isExecutable(code.start()));
        }
        assertEquals(Optional.empty(), guest.end());
    }

    private <T> T onAnotherThread(Callable<T> work) throws Exception {
        return clock.submit(work).get();
    }

    @Test
    void destructorsThatRunOnTheFirstThreadAreAChange() throws Exception {
        ExecutorAddress use = symbol("useThreadLocal");
        GuestCheckpoint checkpoint;
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            assertEquals(1, call(use, 0));
            checkpoint = guest.checkpoint();
            assertTrue(checkpoint.isCurrent());
        }
        assertFalse(checkpoint.isCurrent());
        checkpoint.close();
    }

    /** That thread may wait for who notes the state. */
    @Test
    void noStateIsNotedWhileAnotherThreadHasTheFirst() throws Exception {
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            ExecutionException thrown =
                    assertThrows(
                            ExecutionException.class, () -> onAnotherThread(guest::checkpoint));
            assertInstanceOf(IllegalStateException.class, thrown.getCause());
        }
        onAnotherThread(guest::checkpoint).close();
    }

    @Test
    void aProgramHasNoCheckpoints() throws Exception {
        GuestOptions program = GuestOptions.ofProgram(List.of("program"));
        try (IsolatedGuest other = HostProvider.current().startGuest(program)) {
            assertThrows(UnsupportedOperationException.class, other::checkpoint);
        }
    }
}
