package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.protocol.epc.OrcinusNames;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.epc.ThreadLocalStorage;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.secure.ClientAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An executor as a target: Orcinus, or LLVM's {@code llvm-jitlink-executor} of 19 and later. This
 * process is its controller. When the session ends, all waiting and all later calls throw {@link
 * TargetException} with the reason. Several threads may use it. Mirrors LLVM's {@code
 * SimpleRemoteEPC} and its {@code EPCGeneric} classes.
 */
public final class RemoteTarget implements LinkTarget {
    private static final SpsCodec<List<String>> STRINGS = SpsCodec.sequence(Sps.STRING);

    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);

    private final RemoteSession session;
    private final Offer offer;
    private final RemoteDylibs dylibs;
    private final RemoteMemory memory;
    private final ExecutorAddress runAsMain;
    private final ExecutorAddress runAsVoidFunction;
    private final ExecutorAddress callFunctions;
    private volatile List<String> arguments = List.of("program");
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private RemoteTarget(RemoteSession session) {
        this.session = session;
        this.offer = new Offer(checked(session), session.peer());
        this.runAsMain = offer.runAsMain();
        this.runAsVoidFunction = offer.runAsVoidFunction();
        this.callFunctions = offer.find(OrcinusNames.CALL_FUNCTIONS);
        this.dylibs = new RemoteDylibs(session, offer);
        this.memory = new RemoteMemory(session, offer, dylibs);
    }

    private static Setup checked(RemoteSession session) {
        Setup setup = session.awaitSetup();
        long pageSizeBytes = setup.pageSizeBytes();
        if (Long.bitCount(pageSizeBytes) != 1 || pageSizeBytes < 0) {
            throw new TargetException(
                    session.peer() + ": a page size of " + pageSizeBytes + " bytes", null);
        }
        return setup;
    }

    /** Connects to an executor that listens, as {@code orcinus serve} does. */
    public static RemoteTarget connect(String host, int port) {
        return over(RemoteSession.connect(host, port));
    }

    /** Connects to a daemon that wants a token. */
    public static RemoteTarget connect(String host, int port, ClientAccess access) {
        return over(RemoteSession.connect(host, port, access));
    }

    /** Connects to an executor that listens on a Unix-domain socket. */
    public static RemoteTarget connect(Path socket) {
        return over(RemoteSession.connect(socket));
    }

    /** Starts an executor: see {@link RemoteSession#launch}. */
    public static RemoteTarget launch(List<String> command) {
        return over(RemoteSession.launch(command));
    }

    /** Returns a target over a session, which the target owns from now on. */
    public static RemoteTarget over(RemoteSession session) {
        try {
            return new RemoteTarget(session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public Triple triple() {
        return offer.setup().triple();
    }

    @Override
    public long pageSizeBytes() {
        return offer.setup().pageSizeBytes();
    }

    /**
     * Returns whether several allocations may share one reservation. Only Orcinus supports that;
     * with other executors, the end of an allocation also releases its reservation.
     */
    @Override
    public boolean sharesReservations() {
        return memory.sharesReservations();
    }

    @Override
    public AddressRange reserve(long sizeBytes) {
        return memory.reserve(sizeBytes);
    }

    @Override
    public AddressRange reserveLow(long sizeBytes) {
        return sharesReservations()
                ? memory.reserveLow(sizeBytes)
                : LinkTarget.super.reserveLow(sizeBytes);
    }

    /** {@inheritDoc} Does nothing if the end of an allocation has released it already. */
    @Override
    public void release(AddressRange reservation) {
        memory.release(reservation);
    }

    @Override
    public TargetAllocation begin(List<SegmentPlan> segments) {
        return memory.begin(segments);
    }

    @Override
    public void deallocate(List<ExecutorAddress> keys) {
        memory.deallocate(keys);
    }

    @Override
    public Block openThreadLocals(Request request, int owners) {
        SpsWriter arguments = new SpsWriter();
        ThreadLocalStorage.REQUEST.write(arguments, request);
        arguments.writeInt(owners);
        return session.call(
                        "open thread-local storage of " + request.name(),
                        threadLocals(request.name(), OrcinusNames.OPEN_THREAD_LOCALS),
                        arguments.toBytes())
                .expected(ThreadLocalStorage.BLOCK);
    }

    private ExecutorAddress threadLocals(String user, String function) {
        ExecutorAddress offered = offer.find(function);
        if (offered == null) {
            throw new TargetException(
                    session.peer()
                            + ": this executor has no thread-local storage for linked code, which "
                            + user
                            + " needs; an executor of Orcinus has it",
                    null);
        }
        return offered;
    }

    @Override
    public void closeThreadLocals(ExecutorAddress handle) {
        String what = "close thread-local storage " + handle;
        ExecutorAddress close = offer.get(OrcinusNames.CLOSE_THREAD_LOCALS);
        session.call(what, close, Sps.ADDRESS.encode(handle)).success();
    }

    @Override
    public ExecutorAddress process() {
        return dylibs.process();
    }

    @Override
    public ExecutorAddress open(String path) {
        return dylibs.open(path);
    }

    /**
     * {@inheritDoc} The names are spelled as in the object format: with an underscore in front for
     * Mach-O.
     */
    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        return dylibs.find(handle, names);
    }

    /** {@inheritDoc} An interrupt ends the wait; the program continues. */
    @Override
    public int callMain(ExecutorAddress function, List<String> arguments) {
        SpsWriter out = new SpsWriter().writeAddress(function);
        STRINGS.write(out, arguments);
        return run("run main at " + function, runAsMain, out, Sps.UINT64).intValue();
    }

    /** {@inheritDoc} An interrupt ends the wait; the function continues. */
    @Override
    public int call(ExecutorAddress function) {
        SpsWriter out = new SpsWriter().writeAddress(function);
        return run("call " + function, runAsVoidFunction, out, Sps.UINT32);
    }

    @Override
    public boolean callsTogether() {
        return callFunctions != null;
    }

    /** {@inheritDoc} An interrupt ends the wait; the functions continue. */
    @Override
    public void callAll(List<ExecutorAddress> functions) {
        if (functions.size() < 2 || !callsTogether()) {
            LinkTarget.super.callAll(functions);
            return;
        }
        callTogether(functions, List.of());
    }

    @Override
    public void setArguments(List<String> newArguments) {
        arguments = List.copyOf(newArguments);
    }

    /** {@inheritDoc} An interrupt ends the wait; the functions continue. */
    @Override
    public void callInitializers(List<ExecutorAddress> functions) {
        if (callsTogether()) {
            callTogether(functions, arguments);
        } else {
            LinkTarget.super.callInitializers(functions);
        }
    }

    private void callTogether(List<ExecutorAddress> functions, List<String> argumentsOfAll) {
        SpsWriter out = new SpsWriter();
        ADDRESSES.write(out, functions);
        STRINGS.write(out, argumentsOfAll);
        String what = "call " + functions.size() + " functions from " + functions.getFirst();
        Optional<String> error = run(what, callFunctions, out, Sps.ERROR);
        if (error.isPresent()) {
            throw new TargetException(what + ": " + error.get(), null);
        }
    }

    @Override
    public boolean isAlive() {
        return session.isOpen();
    }

    private <T> T run(
            String what, ExecutorAddress runner, SpsWriter arguments, SpsCodec<T> result) {
        running.incrementAndGet();
        RemoteCall call =
                session.call(what, runner, arguments.toBytes()).whenDone(running::decrementAndGet);
        return call.interruptibleValue(result);
    }

    /**
     * Ends the session, and waits a limited time only. If guest code still runs, the executor keeps
     * its memory until the code has ended. Later calls do nothing.
     *
     * @throws TargetException if dealloc actions failed; the session has ended nevertheless
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (session.isOpen() && running.get() == 0) {
                session.limitAnswers();
                memory.deallocateAll();
            }
        } finally {
            session.close();
        }
    }
}
