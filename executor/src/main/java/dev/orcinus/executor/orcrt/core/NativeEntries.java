package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.session.Session;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.ExportedFunction.InForkedChild;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.runtime.guest.GuestReader;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The two functions that all thunks of the archive call, and {@code exit}. The dylib manager finds
 * them by name. One object exists per process; it is created when a controller looks for the first
 * of the names. Thread-safe.
 */
public final class NativeEntries {
    /** The prefix of the two names. */
    public static final String PREFIX = "orcinus_rt_";

    /** {@code Buffer f(anchor, number, data, size)}: calls a wrapper function. */
    static final String WRAPPER_SYMBOL = PREFIX + "wrapper";

    /** {@code int64_t f(registers, number, anchor)}: calls a C function. */
    static final String FUNCTION_SYMBOL = PREFIX + "function";

    /** The same function for code that goes on with its result only, so that a child ends there. */
    static final String NEEDED_SYMBOL = PREFIX + "needed_function";

    /** Replaces C's {@code exit}, which does not know of JIT dylibs. */
    public static final String EXIT_SYMBOL = "exit";

    private final Guest guest;
    private final OrcRuntime runtime;
    private final Function<ExecutorAddress, Session> sessions;
    private final ExecutorAddress wrapper;
    private final ExecutorAddress function;
    private final ExecutorAddress needed;
    private final ExecutorAddress exit;
    private final ConcurrentMap<ExecutorAddress, Platform> platforms = new ConcurrentHashMap<>();

    /**
     * Gives the functions their addresses.
     *
     * @param runtime the runtime of this process's object format
     * @param sessions returns the session of a jit-dispatch context, or null
     */
    public NativeEntries(
            Guest guest, OrcRuntime runtime, Function<ExecutorAddress, Session> sessions) {
        this.guest = guest;
        this.runtime = runtime;
        this.sessions = sessions;
        List<ExecutorAddress> addresses = export();
        this.wrapper = addresses.get(0);
        this.exit = addresses.get(1);
        this.function = addresses.get(2);
        this.needed = addresses.get(3);
    }

    private List<ExecutorAddress> export() {
        try {
            ExportedFunction ofNumber =
                    ExportedFunction.of(
                            (registers, number, anchor, _) ->
                                    enterFunction(
                                            new ExecutorAddress(registers),
                                            (int) number,
                                            new ExecutorAddress(anchor)));
            return guest.export(
                    List.of(
                            ExportedFunction.dispatch(this::enterWrapper),
                            ExportedFunction.of((status, _, _, _) -> exit((int) status))
                                    .inForkedChild(InForkedChild.EXITS),
                            ofNumber,
                            ofNumber.inForkedChild(InForkedChild.ENDS)));
        } catch (HostCallException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the address of a name that begins with {@link #PREFIX}, or of {@link #EXIT_SYMBOL}.
     */
    public Optional<ExecutorAddress> find(String name) {
        return switch (name) {
            case WRAPPER_SYMBOL -> Optional.of(wrapper);
            case FUNCTION_SYMBOL -> Optional.of(function);
            case NEEDED_SYMBOL -> Optional.of(needed);
            case EXIT_SYMBOL -> Optional.of(exit);
            default -> Optional.empty();
        };
    }

    /**
     * Runs the finalizers of all dylibs and ends the process, on the calling thread. If the guest
     * will return to its state before, as after a line of a session, what the finalizers would end
     * goes on, and they do not run.
     */
    private long exit(int status) {
        if (!endsLine(status)) {
            platforms.values().forEach(platform -> platform.dylibs().runAllFinalizers());
            guest.process().exit(status);
        }
        throw new GuestGoneException(new GuestEnd.Exited(status));
    }

    private boolean endsLine(int status) {
        boolean isInLine = false;
        for (Platform platform : platforms.values()) {
            isInLine |=
                    platform.isUpdatingHere() && platform.session().guest().checkpoints().isReady();
        }
        if (isInLine && guest instanceof IsolatedGuest process) {
            process.process().flushStdio();
            process.kill(new GuestEnd.Exited(status));
            process.awaitEnd();
        }
        return isInLine;
    }

    private WrapperFunctionResult enterWrapper(
            ExecutorAddress anchor, ExecutorAddress number, MemorySegment arguments) {
        Platform platform = platform(anchor);
        return platform.session().callHere(platform.wrapper((int) number.value()), arguments);
    }

    private long enterFunction(ExecutorAddress registers, int number, ExecutorAddress anchor) {
        return platform(anchor).call(number, new Registers(guest.memory(), registers));
    }

    private Platform platform(ExecutorAddress anchor) {
        Platform platform = platforms.get(anchor);
        return platform != null ? platform : platforms.computeIfAbsent(anchor, this::open);
    }

    private Platform open(ExecutorAddress anchor) {
        if (word(anchor.plus(Layout.MARKED)) != Layout.MARK) {
            throw new IllegalStateException(
                    "the archive that the controller has linked is not of this version of Orcinus;"
                            + " 'orcinus runtime -o FILE' writes one");
        }
        ExecutorAddress context = new ExecutorAddress(word(anchor.plus(Layout.CONTEXT)));
        Session session = sessions.apply(context);
        if (session == null) {
            throw new IllegalStateException("no session has the context " + context);
        }
        if (!session.memory().onDealloc(anchor, new Close(anchor))) {
            throw new IllegalStateException(
                    "the runtime at " + anchor + " lies in no allocation of its session");
        }
        return new Platform(session, runtime, anchor);
    }

    private long word(ExecutorAddress address) {
        return new GuestReader(guest.memory())
                .words(address, 1)
                .orElseThrow(() -> new IllegalStateException("nothing can be read at " + address))[
                0];
    }

    /** Closes the platform when the memory of its thunks is freed. */
    private final class Close implements AllocationAction {
        private final ExecutorAddress anchor;

        Close(ExecutorAddress anchor) {
            this.anchor = anchor;
        }

        @Override
        public void run() throws ActionFailedException {
            Platform platform = platforms.remove(anchor);
            if (platform != null) {
                platform.close();
            }
        }

        @Override
        public boolean runsGuestCode() {
            return false;
        }

        @Override
        public ExecutorAddress function() {
            return anchor;
        }
    }
}
