package dev.orcinus.executor;

import dev.orcinus.executor.orcrt.OrcRuntimes;
import dev.orcinus.executor.orcrt.core.NativeEntries;
import dev.orcinus.executor.service.BootstrapServices;
import dev.orcinus.executor.service.LineValues;
import dev.orcinus.executor.service.NativeHooks;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.runtime.RegistrationException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The part of an executor that a process has once: the native addresses of our functions, and the
 * map from native code back to its session. The addresses stay valid for the life of the guest.
 * Thread-safe.
 */
public final class Executor implements AutoCloseable {
    /** A compile-time constant, so that its use here does not load {@link NativeEntries}. */
    private static final String RUNTIME_PREFIX = NativeEntries.PREFIX;

    /** Part of the names of what lines of clang-repl call with their values. */
    private static final String LINE_VALUES = "__clang_Interpreter_";

    private static final String EXIT = NativeEntries.EXIT_SYMBOL;

    private final Guest guest;
    private final PresentedTarget target;
    private final Consumer<String> log;
    private final BootstrapServices services;
    private final ExecutorAddress dispatchFunction;
    private final AtomicLong nextContext = new AtomicLong(1);
    private final ConcurrentMap<ExecutorAddress, Session> sessions = new ConcurrentHashMap<>();
    private final OwnedGuest owned;
    private LineValues lineValues;
    private NativeEntries runtime;

    /**
     * Creates an executor without sessions.
     *
     * @param guest the place where the controllers' code runs; if it is a process of its own, it
     *     serves this executor only, and is closed with it
     * @param target the target of that code
     * @param log takes lines for the user who runs this process
     */
    public Executor(Guest guest, PresentedTarget target, Consumer<String> log)
            throws HostCallException {
        this.guest = guest;
        this.target = target;
        this.log = log;
        guest.threadLocals().tidyEnvironment();
        NativeHooks hooks =
                new NativeHooks(
                        guest,
                        Map.of(
                                "__register_frame", hook(Executor::registerFrame),
                                "__deregister_frame", hook(Executor::deregisterFrame),
                                "atexit", hook(Executor::atExit)),
                        this::ownSymbol);
        this.services = new BootstrapServices(guest, target, hooks, this::nativeEntry);
        this.dispatchFunction =
                guest.export(List.of(ExportedFunction.dispatch(this::dispatch))).getFirst();
        this.owned = guest instanceof IsolatedGuest process ? new OwnedGuest(process) : null;
    }

    /**
     * Serves the controller at the other end of {@code channel} on this thread until it leaves,
     * then cleans up after it and closes the channel.
     */
    public SessionEnd serve(HostChannel channel, SessionOptions options) {
        Session session =
                new Session(guest, services.table(), services.services(), channel, options, log);
        ExecutorAddress context = new ExecutorAddress(nextContext.getAndIncrement());
        sessions.put(context, session);
        try {
            SessionEnd end = session.run(dispatchFunction, context);
            if (owned != null && end.guestCodeLeft() > 0) {
                owned.leaveBusy();
            }
            return end;
        } finally {
            sessions.remove(context);
        }
    }

    /** Ends all sessions; their {@link #serve} calls clean up and return. */
    public void shutdown() {
        sessions.values().forEach(Session::shutdown);
    }

    /** Ends the guest, if it has a process of its own. */
    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }

    /** Returns the sessions that are running. */
    public Iterable<Session> sessions() {
        return sessions.values();
    }

    /** Returns the address of a function that is created when its name is first looked up. */
    private Optional<ExecutorAddress> ownSymbol(String name) {
        return name.contains(LINE_VALUES) ? lineValueSymbol(name) : runtimeSymbol(name);
    }

    private Optional<ExecutorAddress> lineValueSymbol(String name) {
        try {
            return findLineValue(name);
        } catch (HostCallException e) {
            log.accept(e.getMessage()); // without the lock: nobody may read it
            return Optional.empty();
        }
    }

    private synchronized Optional<ExecutorAddress> findLineValue(String name)
            throws HostCallException {
        if (lineValues == null) {
            lineValues = new LineValues(guest, log);
        }
        return lineValues.find(name);
    }

    /**
     * Returns an address of the runtime, which is created when the first controller links our
     * archive.
     */
    private Optional<ExecutorAddress> runtimeSymbol(String name) {
        boolean begins = name.startsWith(RUNTIME_PREFIX);
        if (!begins && !name.equals(EXIT)) {
            return Optional.empty();
        }
        synchronized (this) {
            if (runtime == null && begins) {
                runtime =
                        OrcRuntimes.of(target.triple())
                                .map(orc -> new NativeEntries(guest, orc, sessions::get))
                                .orElse(null);
            }
            return runtime == null ? Optional.empty() : runtime.find(name);
        }
    }

    private WrapperFunctionResult dispatch(
            ExecutorAddress context, ExecutorAddress tag, MemorySegment arguments) {
        Session session = sessions.get(context);
        return session == null
                ? new WrapperFunctionResult.OutOfBandError(
                        "jit_dispatch not available (no session " + context + ")")
                : session.dispatch(tag, arguments);
    }

    private ExportedFunction nativeEntry(WrapperFunction function) {
        return ExportedFunction.wrapper(arguments -> callFromNative(function, arguments));
    }

    /**
     * Calls a function for native code. The call does not name a session, so it works only while
     * exactly one session runs.
     */
    private WrapperFunctionResult callFromNative(
            WrapperFunction function, MemorySegment arguments) {
        if (sessions.size() != 1) {
            return new WrapperFunctionResult.OutOfBandError(
                    "native code called an executor service, which needs exactly one session; there are "
                            + sessions.size());
        }
        return sessions.values().iterator().next().callHere(function, arguments);
    }

    private ExportedFunction hook(SessionFunction function) {
        return ExportedFunction.of((pointer, _, _, _) -> call(function, pointer));
    }

    private int call(SessionFunction function, long address) throws Exception {
        ExecutorAddress pointer = new ExecutorAddress(address);
        Optional<Session> owner =
                sessions.values().stream()
                        .filter(session -> session.memory().reserves(pointer))
                        .findFirst();
        return owner.isPresent() ? function.call(owner.get(), pointer) : -1;
    }

    private static int registerFrame(Session session, ExecutorAddress section)
            throws RegistrationException {
        session.guest().unwind().register(section);
        return 0;
    }

    private static int deregisterFrame(Session session, ExecutorAddress section) {
        session.guest().unwind().deregister(section);
        return 0;
    }

    private static int atExit(Session session, ExecutorAddress function) {
        return session.guest().atExits().register(function);
    }

    /**
     * A C function with one pointer argument; it acts on the session whose memory contains the
     * address.
     */
    @FunctionalInterface
    private interface SessionFunction {
        int call(Session session, ExecutorAddress pointer) throws Exception;
    }
}
