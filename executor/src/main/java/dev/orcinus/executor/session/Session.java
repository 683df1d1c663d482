package dev.orcinus.executor.session;

import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import dev.orcinus.runtime.guest.GuestRuntime;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The session of one controller: its line, its guest, and the services that it uses. {@link #run}
 * runs on the reader thread; all other methods are thread-safe.
 */
public final class Session {
    private static final Duration QUIET = Duration.ofMillis(10);

    /** The limit of the wait for the contents of the next object; some never come. */
    private static final Duration UNFINISHED_LINK_LIMIT = Duration.ofSeconds(1);

    /** The limit of the wait for who reads what a user is told; nobody may. */
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(5);

    private final WrapperTable table;
    private final SessionOptions options;
    private final Consumer<String> log;
    private final GuestRuntime guest;
    private final Grace grace;
    private final WrapperCalls functions;
    private final LookupNotes lookups = new LookupNotes();
    private final UnlinkedInitializers initializers = new UnlinkedInitializers();
    private final ControllerLine line;
    private final Services services;
    private volatile GuestEnd guestEnd;

    /**
     * Creates a session on {@code channel}, which it closes at its end.
     *
     * @param services the services that are told of the session's end, the last one first
     * @param log takes a line for each error that the controller does not see
     */
    public Session(
            Guest guest,
            WrapperTable table,
            List<Service> services,
            HostChannel channel,
            SessionOptions options,
            Consumer<String> log) {
        this.table = table;
        this.options = options;
        this.log = log;
        GuestEnds ends = new GuestEnds(this);
        this.guest = new GuestRuntime(guest, options.guest(), options.checkpoints(), ends);
        ends.observe(this.guest);
        this.grace = new Grace(this.guest.threads(), options.grace(), log);
        this.functions = new WrapperCalls(this, table);
        this.line =
                new ControllerLine(
                        channel,
                        options,
                        table::noHandler,
                        new ControllerCalls(this, functions, options.argumentBytes()),
                        log);
        this.services = new Services(this, startingWith(line, services));
    }

    /** Returns the services with the line as the first, so that it is the last to shut down. */
    private static List<Service> startingWith(ControllerLine line, List<Service> services) {
        List<Service> all = new ArrayList<>(services.size() + 1);
        all.add(line);
        all.addAll(services);
        return all;
    }

    /** Returns the session's guest. */
    public GuestRuntime guest() {
        return guest;
    }

    /** Returns the memory that the session holds. */
    public MemoryManager memory() {
        return guest.memory();
    }

    /** Returns the names that the controller has looked up. */
    public LookupNotes lookups() {
        return lookups;
    }

    /** Returns the limits of the session. */
    public SessionOptions options() {
        return options;
    }

    /** Returns the time that guest code has at the end of the session. */
    public Grace grace() {
        return grace;
    }

    /** Writes a line to the log; the controller does not see it. */
    public void log(String text) {
        log.accept(text);
    }

    /** Returns the process id of the guest, if it has a process of its own. */
    public Optional<Long> guestPid() {
        return guest.checkpoints().pid();
    }

    /** Returns whether a call of guest code runs. */
    public boolean runsGuestCode() {
        return !guest.calls().running().isEmpty();
    }

    /** Returns how many states of the guest have been noted to which it could return. */
    public long checkpointsTaken() {
        return guest.checkpoints().taken();
    }

    /** Returns how often the guest has ended and returned to an earlier state. */
    public long crashesSurvived() {
        return guest.checkpoints().survived();
    }

    /** Returns the number of calls served so far. */
    public long callsServed() {
        return line.callsServed();
    }

    /**
     * Serves the controller until it leaves, then cleans up.
     *
     * @param dispatchFunction the address of the jit-dispatch function
     * @param dispatchContext its first argument for this session, not null
     */
    public SessionEnd run(ExecutorAddress dispatchFunction, ExecutorAddress dispatchContext) {
        guest.checkpoints().watch();
        Optional<String> failure = serve(setup(dispatchFunction, dispatchContext));
        guest.checkpoints().controllerHasGone();
        services.end();
        guest.checkpoints().close();
        guest.threads().close();
        awaitReports();
        return new SessionEnd(failure, grace.callsLeft(), Optional.ofNullable(guestEnd));
    }

    /** The end of the guest may be the reason for that of the session, and is told by a thread. */
    private void awaitReports() {
        try {
            var _ = guest.checkpoints().awaitReports(REPORT_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<String> serve(Setup setup) {
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.SESSION, "")) {
            return line.serve(setup, this::openLibraries);
        }
    }

    /**
     * Opens what most controllers look into, which takes a guest process long, while the Setup
     * message is sent and read: on the first thread for guest code, whose guest thread is made
     * next; on this one, if there is to be none. A guest that has them open may have to wait for
     * its first call for long, and gets its thread then.
     */
    private void openLibraries(Runnable sending) {
        if (guest.guest() instanceof IsolatedGuest process && !process.libraries().isOpen()) {
            GuestLibraries libraries = process.libraries();
            if (!guest.threads().makeFirst(() -> open(libraries, () -> {}))) {
                open(libraries, sending);
            }
        }
    }

    private static void open(GuestLibraries libraries, Runnable meanwhile) {
        try {
            libraries.openWith(meanwhile);
        } catch (GuestGoneException ended) {
            // the first request finds that out, too
        }
    }

    private Setup setup(ExecutorAddress dispatchFunction, ExecutorAddress dispatchContext) {
        Map<String, ExecutorAddress> symbols = new LinkedHashMap<>(table.bootstrapSymbols());
        symbols.put(LlvmNames.DISPATCH_FUNCTION, dispatchFunction);
        symbols.put(LlvmNames.DISPATCH_CONTEXT, dispatchContext);
        PresentedTarget target = table.target();
        return new Setup(
                target.triple(),
                guest.guest().memory().pageSizeBytes(),
                target.values(),
                target.symbols(symbols));
    }

    /** Ends the line, because the guest has ended for good. */
    void endWithGuest(GuestEnd end) {
        guestEnd = end;
        line.shutdown(Optional.of("the guest " + end.describe()));
    }

    /** Returns whether the session ends because its guest has ended. */
    boolean endsWithGuest() {
        return guestEnd != null;
    }

    /** Hangs up and ends the line; {@link #run}, on its own thread, then cleans up and returns. */
    public void shutdown() {
        line.shutdown(Optional.empty());
    }

    /**
     * Makes calls of an address in guest memory run one of our functions from now on, instead of
     * the code at the address.
     *
     * @param registers whether the function only registers something, so that it can run on the
     *     reader thread
     */
    public void offer(ExecutorAddress address, WrapperFunction function, boolean registers) {
        functions.offer(address, function, registers);
    }

    /** Withdraws an offered function; does nothing if none is offered at the address. */
    public void withdraw(ExecutorAddress address) {
        functions.withdraw(address);
    }

    /**
     * Calls one of our wrapper functions on this thread, which must be one that guest code may
     * block.
     */
    public WrapperFunctionResult callHere(WrapperFunction function, MemorySegment arguments) {
        return functions.call(function, FinalizeContext.NONE, arguments);
    }

    /**
     * Makes a call of guest code to the controller and returns the result. LLVM 19 answers the
     * requests of its runtime, before initializers and main run, too early: some objects that they
     * need are still on their way then, so this waits for them.
     */
    public WrapperFunctionResult dispatch(ExecutorAddress tag, MemorySegment arguments) {
        return initializers.during(arguments, () -> request(tag, arguments));
    }

    private WrapperFunctionResult request(ExecutorAddress tag, MemorySegment arguments) {
        WrapperFunctionResult result = line.call(tag, arguments, guest.checkpoints()::noteAhead);
        try {
            guest.unwind().awaitContents(QUIET, UNFINISHED_LINK_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    /** Notes that the controller calls a function of the guest. */
    void noteGuestCall() {
        initializers.begin();
    }

    /** Binds the actions of the allocation with this key to the session. */
    public List<AllocationActions.Pair> bind(
            ExecutorAddress allocation, List<AllocActionCallPair> actions) {
        return WireAction.bind(functions, FinalizeContext.of(allocation), actions, initializers);
    }

    /**
     * Returns the answer to a request to deallocate. The work is done on the calling thread if it
     * concerns no guest thread, else on a thread that may wait for guest threads. If it waits for
     * destructors for longer than the grace, it is answered before its end: they may wait for the
     * controller.
     */
    public Answer deallocate(Deallocation deallocation) {
        if (guest.canDeallocateHere(deallocation)) {
            return Answer.now(Replies.errorOf(deallocation::run));
        }
        return Answer.asideEarly(early -> new LongDeallocation(this, deallocation, early).run());
    }

    /**
     * Notes that the controller is one of LLVM 24 or later, because it has done what others do not.
     */
    public void noteResultKinds() {
        line.noteResultKinds();
    }

    /**
     * Returns an error that controllers before LLVM 24 see as an empty result, and logs its text.
     */
    public WrapperFunctionResult outOfBand(String message) {
        log.accept(message);
        return new WrapperFunctionResult.OutOfBandError(message);
    }

    /** Returns the result of a call whose work has thrown something, which the log tells. */
    WrapperFunctionResult failed(Throwable thrown) {
        if (thrown instanceof RejectedExecutionException) {
            return outOfBand(thrown.getMessage());
        }
        if (thrown instanceof GuestGoneException gone) {
            return gone(gone.end());
        }
        return outOfBand("internal error: " + thrown);
    }

    /** Returns the result of a call during which the guest has ended. */
    public WrapperFunctionResult gone(CallOutcome<?> outcome) {
        return gone(outcome.end().orElseThrow());
    }

    /** Returns the result of a call during which the guest has ended; the log tells that once. */
    WrapperFunctionResult gone(GuestEnd end) {
        return new WrapperFunctionResult.OutOfBandError("the guest " + end.describe());
    }
}
