package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a remote target with each executor. */
@Timeout(180)
final class RemoteTargetTest {
    /** Tests of guests may have left their keeper in this JVM. */
    private final List<ProcessHandle> others = ProcessHandle.current().children().toList();

    private static final String DISPATCH = "__llvm_orc_SimpleRemoteEPC_dispatch_";
    private static final ExecutorAddress TAG = new ExecutorAddress(0x1234);

    /** The time after which an executor that has not ended is killed. */
    private static final long KILLED_NANOS = 9_000_000_000L;

    @TempDir Path directory;

    private static SegmentPlan plan(MemProt prot, ExecutorAddress address, long contentBytes) {
        AllocGroup group = new AllocGroup(prot, MemLifetime.STANDARD);
        return new SegmentPlan(group, address, contentBytes, contentBytes);
    }

    private static void fill(MemorySegment target, byte[] content) {
        target.copyFrom(MemorySegment.ofArray(content));
    }

    /** Writes code to the target without actions, and returns its address. */
    private static ExecutorAddress place(LinkTarget target, ExecutorAddress address, byte[] code) {
        return place(target, address, code, List.of());
    }

    private static ExecutorAddress place(
            LinkTarget target,
            ExecutorAddress address,
            byte[] code,
            List<TargetAction.Pair> actions) {
        TargetAllocation allocation =
                target.begin(List.of(plan(MemProt.READ_EXEC, address, code.length)));
        fill(allocation.content(0), code);
        return allocation.finish(actions).await();
    }

    private static AddressRange page(LinkTarget target) {
        return target.reserve(target.pageSizeBytes());
    }

    @ParameterizedTest
    @EnumSource
    void runsCodeOfTwoSegments(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            assertEquals("x86_64", target.triple().arch());
            assertEquals(executor.sharesReservations(), target.sharesReservations());
            AddressRange reservation = target.reserve(2 * target.pageSizeBytes());
            ExecutorAddress code = reservation.start();
            ExecutorAddress data = code.plus(target.pageSizeBytes());
            TargetAllocation allocation =
                    target.begin(
                            List.of(
                                    plan(MemProt.READ_EXEC, code, MachineCode.load(data).length),
                                    plan(MemProt.READ_WRITE, data, Integer.BYTES)));
            fill(allocation.content(0), MachineCode.load(data));
            fill(allocation.content(1), new byte[] {42, 0, 0, 0});
            ExecutorAddress key = allocation.finish(List.of()).await();
            assertEquals(42, target.call(code));
            assertEquals(42, target.callMain(code, List.of("program", "argument")));
            target.deallocate(List.of(key));
            target.release(reservation);
        }
    }

    @ParameterizedTest
    @EnumSource
    void negativeResults(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            ExecutorAddress code = place(target, page(target).start(), MachineCode.answer(-7));
            assertEquals(-7, target.call(code));
            assertEquals(-7, target.callMain(code, List.of()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsSymbols(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            List<ExecutorAddress> found =
                    target.find(target.process(), List.of("malloc", "no_such_symbol", "free"));
            assertNotNull(found.get(0));
            assertEquals(ExecutorAddress.NULL, found.get(1));
            assertNotNull(found.get(2));
            ExecutorAddress library = target.open("libm.so.6");
            assertNotNull(target.find(library, List.of("cos")).getFirst());
            TargetException e =
                    assertThrows(TargetException.class, () -> target.open("libnone.so.1"));
            assertTrue(e.getMessage().contains("libnone.so.1: cannot open"), e::getMessage);
        }
    }

    /** The log is a number; each action appends a digit to it. */
    @ParameterizedTest
    @EnumSource
    void runsActionsInOrder(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            ActionLog log = new ActionLog(target);
            ExecutorAddress first = log.appending(1, 2);
            ExecutorAddress second = log.appending(3, 4);
            assertEquals(13, log.read());
            target.deallocate(List.of(first, second));
            assertEquals(1342, log.read());
            ExecutorAddress third = log.appending(0, 5);
            target.deallocate(List.of(third));
            assertEquals(13425, log.read());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedActionUndoesTheAllocation(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            ActionLog log = new ActionLog(target);
            assertThrows(TargetException.class, log::appendingThenFailing);
            assertEquals(12, log.read());
        }
    }

    /** Deregistering what was not registered would abort the executor. */
    @ParameterizedTest
    @EnumSource
    void registersUnwindInfo(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            AddressRange page = page(target);
            byte[] records = MachineCode.unwindInfo();
            AddressRange section = AddressRange.of(page.start(), records.length);
            TargetAction.Pair pair =
                    new TargetAction.Pair(
                            new TargetAction.RegisterEhFrame(section),
                            new TargetAction.DeregisterEhFrame(section));
            ExecutorAddress key = place(target, page.start(), records, List.of(pair));
            target.deallocate(List.of(key));
            page(target);
        }
    }

    @ParameterizedTest
    @EnumSource
    void memoryIsUsedAgain(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            ExecutorAddress address = page(target).start();
            for (int number = 0; number < 3; number++) {
                ExecutorAddress code = place(target, address, MachineCode.answer(number));
                assertEquals(number, target.call(code));
                target.deallocate(List.of(code));
                address = target.sharesReservations() ? address : page(target).start();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void requestsArePipelined(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            byte[] large = new byte[3 << 20];
            byte[] answer = MachineCode.answer(42);
            System.arraycopy(answer, 0, large, large.length - answer.length, answer.length);
            ExecutorAddress first = target.reserve(large.length).start();
            ExecutorAddress second = page(target).start();
            TargetAllocation code =
                    target.begin(List.of(plan(MemProt.READ_EXEC, first, large.length)));
            fill(code.content(0), large);
            var pending = code.finish(List.of());
            place(target, second, MachineCode.answer(43));
            pending.await();
            assertEquals(42, target.call(first.plus(large.length - answer.length)));
            assertEquals(43, target.call(second));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAbandonedAllocationLeavesNothing(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            AddressRange page = page(target);
            TargetAllocation allocation =
                    target.begin(List.of(plan(MemProt.READ_EXEC, page.start(), 1)));
            allocation.abandon();
            allocation.abandon();
            assertThrows(IllegalStateException.class, () -> allocation.finish(List.of()));
            target.release(page);
        }
    }

    @ParameterizedTest
    @EnumSource
    void guestCodeCallsBack(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            Map<String, ExecutorAddress> offered = open.session().awaitSetup().bootstrapSymbols();
            byte[] code =
                    MachineCode.dispatch(
                            offered.get(DISPATCH + "fn"), offered.get(DISPATCH + "ctx"), TAG);
            ExecutorAddress dispatch = place(target, page(target).start(), code);
            assertEquals(0, target.call(dispatch));
            open.session().handle(TAG, _ -> new byte[] {(byte) nested(target), 0, 0, 0});
            assertEquals(42, target.call(dispatch));
        }
    }

    /** Links and calls more code while guest code waits; returns the result. */
    private static int nested(LinkTarget target) {
        return target.call(place(target, page(target).start(), MachineCode.answer(42)));
    }

    /** Starts a call that does not return, and waits until it runs. */
    private static FutureTask<Integer> sleepIn(LinkTarget target) {
        ExecutorAddress number = number(target);
        ExecutorAddress sleep = place(target, page(target).start(), MachineCode.pause(number));
        ExecutorAddress reader = place(target, page(target).start(), MachineCode.load(number));
        FutureTask<Integer> sleeper = new FutureTask<>(() -> target.call(sleep));
        Thread.ofPlatform().daemon().start(sleeper);
        while (target.call(reader) == 0) {
            Thread.onSpinWait();
        }
        return sleeper;
    }

    /** Returns the place of a number in the executor's memory, which is 0. */
    private static ExecutorAddress number(LinkTarget target) {
        ExecutorAddress number = page(target).start();
        target.begin(List.of(plan(MemProt.READ_WRITE, number, Integer.BYTES)))
                .finish(List.of())
                .await();
        return number;
    }

    @ParameterizedTest
    @EnumSource
    void aCrashEndsAllCalls(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            FutureTask<Integer> sleeper = sleepIn(target);
            ExecutorAddress crash = place(target, page(target).start(), MachineCode.crash());
            String message =
                    assertThrows(TargetException.class, () -> target.call(crash)).getMessage();
            ExecutionException e =
                    assertThrows(ExecutionException.class, () -> sleeper.get(60, TimeUnit.SECONDS));
            assertTrue(e.getCause() instanceof TargetException, e::toString);
            if (executor.isOurs()) { // the executor itself lives on
                assertTrue(message.contains("the guest crashed with signal 4"), message);
                assertNotEquals(ExecutorAddress.NULL, page(target).start());
            } else {
                assertTrue(message.contains("it has ended the line"), message);
                assertThrows(TargetException.class, () -> page(target));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TestedExecutor.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "ORCINUS_LISTENING")
    void aKilledExecutorEndsAllCalls(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            FutureTask<Integer> sleeper = sleepIn(target);
            child().destroyForcibly();
            ExecutionException e =
                    assertThrows(ExecutionException.class, () -> sleeper.get(60, TimeUnit.SECONDS));
            String message = e.getCause().getMessage();
            assertTrue(message.contains("; its exit status is 137: SIGKILL "), message);
        }
    }

    private ProcessHandle child() {
        return children().findFirst().orElseThrow();
    }

    /** Returns the children that this test has started. */
    private Stream<ProcessHandle> children() {
        return ProcessHandle.current().children().filter(child -> !others.contains(child));
    }

    @ParameterizedTest
    @EnumSource
    void closingRunsDeallocActionsAndEndsTheExecutor(TestedExecutor executor) throws Exception {
        var open = executor.open(directory);
        LinkTarget target = open.target();
        try (open) {
            new ActionLog(target).appending(1, 2);
            long start = System.nanoTime();
            target.close();
            target.close();
            assertTrue(System.nanoTime() - start < KILLED_NANOS, "it had to be killed");
            assertThrows(TargetException.class, () -> page(target));
        }
        assertFalse(children().anyMatch(ProcessHandle::isAlive));
    }

    @ParameterizedTest
    @EnumSource(names = {"ORCINUS", "LLVM_22"})
    void closingDoesNotWaitForGuestCodeForEver(TestedExecutor executor) throws Exception {
        try (var open = executor.open(directory)) {
            LinkTarget target = open.target();
            FutureTask<Integer> sleeper = sleepIn(target);
            target.close();
            assertThrows(ExecutionException.class, () -> sleeper.get(60, TimeUnit.SECONDS));
        }
    }

    /** A number in the executor's memory that actions append digits to. */
    private static final class ActionLog {
        private static final int SLOT_BYTES = 64;

        private final LinkTarget target;
        private final ExecutorAddress number;
        private final ExecutorAddress reader;

        ActionLog(LinkTarget target) {
            this.target = target;
            this.number = number(target);
            this.reader = place(target, page(target).start(), MachineCode.load(number));
        }

        int read() {
            return target.call(reader);
        }

        /**
         * Makes an allocation with both halves of an action, where digit 0 means no action; returns
         * its address.
         */
        ExecutorAddress appending(int first, int last) {
            ExecutorAddress address = page(target).start();
            TargetAction begin =
                    first == 0 ? TargetAction.NONE : new TargetAction.CallWrapper(address);
            TargetAction end = new TargetAction.CallWrapper(address.plus(SLOT_BYTES));
            return place(
                    target,
                    address,
                    slots(MachineCode.append(number, first), MachineCode.append(number, last)),
                    List.of(new TargetAction.Pair(begin, end)));
        }

        ExecutorAddress appendingThenFailing() {
            ExecutorAddress address = page(target).start();
            TargetAction undo = new TargetAction.CallWrapper(address.plus(SLOT_BYTES));
            TargetAction failure = new TargetAction.CallWrapper(address.plus(2L * SLOT_BYTES));
            return place(
                    target,
                    address,
                    slots(
                            MachineCode.append(number, 1),
                            MachineCode.append(number, 2),
                            MachineCode.fail()),
                    List.of(
                            new TargetAction.Pair(new TargetAction.CallWrapper(address), undo),
                            new TargetAction.Pair(failure, TargetAction.NONE)));
        }

        private static byte[] slots(byte[]... functions) {
            byte[] code = new byte[functions.length * SLOT_BYTES];
            for (int i = 0; i < functions.length; i++) {
                System.arraycopy(functions[i], 0, code, i * SLOT_BYTES, functions[i].length);
            }
            return code;
        }
    }
}
