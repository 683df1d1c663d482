package dev.orcinus.executor.session;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.Executor;
import dev.orcinus.executor.TestSession;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostTerminal;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.guest.CheckpointOptions;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What a session does with a guest that has a process of its own. This one has none, returns to
 * earlier states when it is asked to, and ends when the test wants it.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
final class SessionOfProcessTest {
    private static final long PID = 4711;
    private static final GuestEnd EXIT = new GuestEnd.Exited(3);
    private static final ExecutorAddress ASKS = new ExecutorAddress(0x50);
    private static final ExecutorAddress HANDLER = new ExecutorAddress(0x5150);
    private static final ExecutorAddress REGISTER = new ExecutorAddress(0x7700);
    private static final ExecutorAddress DEREGISTER = new ExecutorAddress(0x7710);
    private static final ExecutorAddress DYLIB = new ExecutorAddress(0x1000);

    private final FakeGuest fake = new FakeGuest();
    private final ExecutorAddress code = fake.memory().pages(PAGE, MemProt.READ_EXEC).start();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final Set<String> observed = new CopyOnWriteArraySet<>();
    private final AtomicInteger openedLibraries = new AtomicInteger();
    private final AtomicInteger openStates = new AtomicInteger();
    private volatile Optional<GuestEnd> end = Optional.empty();
    private volatile Runnable onEnd;
    private volatile boolean hasLibraries = true;
    private Executor executor;
    private TestSession controller;
    private Session session;

    /** A state to which the guest can return. */
    private final class State implements GuestCheckpoint {
        private boolean isUsed;

        State() {
            openStates.incrementAndGet();
        }

        @Override
        public boolean isCurrent() {
            return false;
        }

        @Override
        public void restore() {
            isUsed = true;
            openStates.decrementAndGet();
            end = Optional.empty();
        }

        @Override
        public void close() {
            if (!isUsed) {
                openStates.decrementAndGet();
            }
        }
    }

    private Object answer(Method method, Object... arguments) throws Throwable {
        return switch (method.getName()) {
            case "end" -> end;
            case "pid" -> PID;
            case "checkpoint" -> new State();
            case "hasThreadsOfItsOwn" -> false;
            case "onEnd" -> {
                onEnd = (Runnable) arguments[0];
                yield null;
            }
            case "onCrash", "onUpcallFailure" -> {
                observed.add(method.getName());
                yield null;
            }
            case "libraries" -> libraries();
            default -> invoke(fake, method, arguments);
        };
    }

    private static Object invoke(Object target, Method method, Object... arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** This process's libraries, as long as there is a guest to ask. */
    private GuestLibraries libraries() {
        return (GuestLibraries)
                Proxy.newProxyInstance(
                        GuestLibraries.class.getClassLoader(),
                        new Class<?>[] {GuestLibraries.class},
                        (_, method, arguments) -> {
                            boolean opens = method.getName().equals("openWith");
                            if (opens || method.getName().equals("process")) {
                                openedLibraries.incrementAndGet();
                            }
                            if (method.getName().equals("isOpen")) {
                                return openedLibraries.get() > 0;
                            }
                            if (!hasLibraries) {
                                throw new GuestGoneException(EXIT);
                            }
                            if (opens) {
                                ((Runnable) arguments[0]).run();
                                return null;
                            }
                            return invoke(TestSession.GUEST.libraries(), method, arguments);
                        });
    }

    private void makeExecutor() throws Exception {
        IsolatedGuest guest =
                (IsolatedGuest)
                        Proxy.newProxyInstance(
                                IsolatedGuest.class.getClassLoader(),
                                new Class<?>[] {IsolatedGuest.class},
                                (_, method, arguments) -> answer(method, arguments));
        executor = new Executor(guest, PresentedTarget.of(guest), log::add);
        openedLibraries.set(0);
    }

    private void start(SessionOptions options) throws Exception {
        if (executor == null) {
            makeExecutor();
        }
        controller = new TestSession(executor, options);
        session = executor.sessions().iterator().next();
    }

    @AfterEach
    void close() throws Exception {
        controller.close();
    }

    private void endGuest() {
        end = Optional.of(EXIT);
        onEnd.run();
    }

    @Test
    void aSessionGoesOnFromTheStateBeforeItsLastCall() throws Exception {
        start(SessionOptions.DEFAULT);
        assertEquals(Set.of("onCrash", "onUpcallFailure"), observed);
        assertEquals(Optional.of(PID), session.guestPid());
        assertEquals(0, session.checkpointsTaken());
        for (int round = 1; round <= 3; round++) {
            assertEquals(0, controller.call(code).length);
            assertEquals(2L * round - 1, session.checkpointsTaken());
            endGuest();
            assertEquals(round, session.crashesSurvived());
            assertEquals(2L * round, session.checkpointsTaken(), "it can return from what is next");
        }
        String line = "the guest exited with status 3: the state is as before the last line";
        assertEquals(List.of(line, line, line), log);
        assertEquals(3, session.callsServed());
        assertEquals(1, openStates.get());
        assertEquals(new SessionEnd(Optional.empty(), 0), controller.leave());
        assertEquals(0, openStates.get(), "the last state is given up");
    }

    @Test
    void withoutStatesTheEndOfTheGuestIsThatOfTheSession() throws Exception {
        start(SessionOptions.DEFAULT.withCheckpoints(new CheckpointOptions(false, Duration.ZERO)));
        assertEquals(0, controller.call(code).length);
        endGuest();
        String reason = "the guest exited with status 3";
        assertEquals(reason, controller.receiveHangup());
        assertEquals(Optional.of(EXIT), controller.awaitEnd().guestEnd());
        assertEquals(List.of(reason), log);
        assertEquals(0, openStates.get());
    }

    @Test
    void librariesAreOpenedBeforeTheFirstRequest() throws Exception {
        start(SessionOptions.DEFAULT);
        controller.call(code);
        assertTrue(openedLibraries.get() > 0);
    }

    /** The first request finds out, too. */
    @Test
    void aGuestThatIsGoneAlreadyIsNoFailureOfTheLine() throws Exception {
        makeExecutor();
        hasLibraries = false;
        start(SessionOptions.DEFAULT);
        assertEquals(0, controller.call(code).length);
        assertEquals(new SessionEnd(Optional.empty(), 0), controller.leave());
    }

    /** A terminal that guest code has while it runs. */
    private final class Terminal implements HostTerminal {
        private final CompletableFuture<Void> back = new CompletableFuture<>();

        @Override
        public boolean lend(long group) {
            happened.add("lent to " + group);
            return true;
        }

        @Override
        public void takeBack(long group) {
            happened.add("taken back from " + group);
            back.complete(null);
        }

        @Override
        public boolean isStopped(long pid) {
            return false;
        }

        @Override
        public void suspend() {}

        @Override
        public void resume(long group) {}
    }

    /** Guest code that still runs may ask its user something that nobody can answer. */
    @Test
    void theTerminalIsTakenBackBeforeGuestCodeHasItsGrace() throws Exception {
        Terminal terminal = new Terminal();
        start(
                SessionOptions.DEFAULT
                        .withGrace(Duration.ofMinutes(1))
                        .withCheckpoints(CheckpointOptions.DEFAULT.with(terminal)));
        CompletableFuture<Void> runs = new CompletableFuture<>();
        fake.invoker()
                .onWrapper(
                        _ -> {
                            runs.complete(null);
                            terminal.back.join();
                            return WrapperFunctionResult.EMPTY;
                        });
        controller.send(code);
        runs.join();
        controller.shutdownOutput();
        assertEquals(new SessionEnd(Optional.empty(), 0), controller.awaitEnd());
        assertEquals(List.of("lent to 4711", "taken back from 4711"), happened);
    }

    /** Finalizes an object that has initializers. */
    private void finalizeObject() throws Exception {
        SpsWriter out = new SpsWriter().writeAddress(DYLIB);
        SpsCodec.sequence(Sps.RANGE).write(out, List.of(AddressRange.of(DYLIB, 8)));
        WrapperFunctionCall register = new WrapperFunctionCall(REGISTER, out.toBytes());
        WrapperFunctionCall deregister = new WrapperFunctionCall(DEREGISTER, out.toBytes());
        AllocActionCallPair calls = new AllocActionCallPair(register, deregister);
        AllocationActions.Pair pair = session.bind(DYLIB, List.of(calls)).getFirst();
        pair.finalizeAction().run();
    }

    private void offer(ExecutorAddress at, String name) {
        session.offer(
                at,
                (_, in) -> {
                    in.readRest();
                    happened.add(name);
                    return Answer.now(Replies.success());
                },
                false);
    }

    /** What comes after a failure is of the line that has failed, until the next line begins. */
    @Test
    void initializersOfALineThatHasFailedAreForgottenUntilTheNextCall() throws Exception {
        start(SessionOptions.DEFAULT);
        offer(REGISTER, "registered");
        offer(DEREGISTER, "deregistered");
        byte[] dylib = new SpsWriter().writeAddress(DYLIB).toBytes();
        session.offer(
                ASKS,
                (_, _) ->
                        Answer.onGuestThread(
                                () -> session.dispatch(HANDLER, MemorySegment.ofArray(dylib))),
                false);
        controller.send(ASKS);
        long question = controller.receive().header().sequence();
        byte[] failure = Replies.unexpected("not found").wireBytes();
        controller.send(TestSession.header(failure.length, Opcode.RESULT, question), failure);
        assertEquals(failure.length, controller.receive().payload().length);
        finalizeObject();
        assertEquals(List.of("registered", "deregistered"), happened);
        happened.clear();
        assertEquals(0, controller.call(code).length);
        finalizeObject();
        assertEquals(List.of("registered"), happened);
    }

    @Test
    void aControllerThatIsKnownToBeNewerHangsUpBeforeItLeaves() throws Exception {
        start(SessionOptions.DEFAULT);
        session.noteResultKinds();
        controller.shutdownOutput();
        String reason = "the controller has ended its line without a hang-up";
        assertEquals(Optional.of(reason), controller.awaitEnd().failure());
    }

    @Test
    void aSessionThatIsShutDownTellsItsController() throws Exception {
        start(SessionOptions.DEFAULT);
        session.shutdown();
        assertEquals(Opcode.HANGUP, controller.receive().header().opcode());
        assertEquals(new SessionEnd(Optional.empty(), 0), controller.awaitEnd());
    }
}
