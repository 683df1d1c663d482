package dev.orcinus.jit;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.local.LocalProgram;
import dev.orcinus.loader.targets.local.LocalTarget;
import dev.orcinus.loader.targets.remote.RemoteTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.Host;
import dev.orcinus.platform.spi.HostProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Loads object files and calls what is in them. Everything that has been loaded is gone when this
 * is closed: finalizers run, unwind information is deregistered, memory is given back. May be used
 * by many threads.
 *
 * <pre>{@code
 * try (Jit jit = Jit.inProcess()) {
 *     JitDylib lib = jit.createDylib("kernels");
 *     lib.add(Path.of("kernels.o"));
 *     lib.initialize();
 *     MethodHandle dot =
 *             lib.function("dot", FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, ADDRESS, JAVA_LONG));
 *     double d = (double) dot.invokeExact(a, b, 1024L);
 * }
 * }</pre>
 */
public final class Jit implements AutoCloseable {
    private final LinkTarget target;
    private final LinkSession session;
    private final Host host;
    private final List<JitDylib> dylibs = new ArrayList<>();
    private boolean closed;

    private Jit(LinkTarget target, Host host, LinkOptions options) {
        this.target = target;
        this.host = host;
        this.session = new LinkSession(target, options);
    }

    /**
     * Loads code into this process. Code that faults ends the JVM.
     *
     * @throws UnsupportedOperationException if this OS or processor is not supported
     */
    public static Jit inProcess() {
        Host host = HostProvider.current();
        try {
            return new Jit(new LocalTarget(host), host, LinkOptions.DEFAULT);
        } catch (UnsupportedObjectException e) {
            throw new UnsupportedOperationException(e.getMessage(), e);
        }
    }

    /**
     * Loads code into an executor that listens on TCP: a daemon of Orcinus, or LLVM's {@code
     * llvm-jitlink-executor}.
     *
     * @throws TargetException if nobody answers there, or not as an executor does
     */
    public static Jit connect(String hostName, int port) {
        return remote(RemoteTarget.connect(hostName, port));
    }

    /**
     * Loads code into an executor that is started for this: {@code orcinus}, or {@code
     * llvm-jitlink-executor}. It gets {@code filedescs=IN,OUT} as its last argument, and this
     * process's standard streams. It ends when this is closed.
     *
     * @throws TargetException if it does not start, or does not answer as an executor does
     */
    public static Jit launch(List<String> command) {
        return remote(RemoteTarget.launch(command));
    }

    private static Jit remote(LinkTarget target) {
        try {
            return new Jit(target, null, LinkOptions.DEFAULT);
        } catch (LinkException e) {
            target.close();
            throw e;
        }
    }

    /**
     * Makes a dylib: a set of objects that see each other's symbols. It also sees the symbols of
     * the process.
     *
     * @param name for messages
     */
    public synchronized JitDylib createDylib(String name) {
        requireOpen();
        Objects.requireNonNull(name);
        JitDylib dylib = new JitDylib(this, session.createDylib(name), name);
        session.addSource(dylib.dylib(), names -> target.find(target.process(), names));
        dylibs.add(dylib);
        return dylib;
    }

    /**
     * Runs a dylib as if this process were that program: initializers, {@code main}, what it has
     * registered at exit, finalizers, on one thread with a big stack. Then the process ends with
     * what {@code main} has returned, or with the status that the program has given to {@code
     * exit}; Java's shutdown hooks do not run. Returns only by throwing.
     *
     * @param entry usually {@code main}
     * @param arguments all of them, the program's name first
     * @throws UnsupportedOperationException if code is loaded into another process
     */
    public void exec(JitDylib dylib, String entry, List<String> arguments) {
        if (!(target instanceof LocalTarget local)) {
            throw new UnsupportedOperationException("code of another process cannot take this one");
        }
        dylib.link();
        local.exec(new Program(dylib, entry, arguments));
    }

    private record Program(JitDylib dylib, String name, List<String> arguments)
            implements LocalProgram {
        @Override
        public void initialize() {
            dylib.initialize();
        }

        @Override
        public ExecutorAddress entry() {
            return dylib.lookup(name);
        }

        @Override
        public void runFinalizers() {
            dylib.runAllFinalizers();
        }
    }

    /** How long each phase of linking has taken so far, all objects together. */
    public Map<LinkPhase, Duration> times() {
        return session.clock().times();
    }

    /** The phase that some thread is in now, if one is. */
    public Optional<LinkPhase> phase() {
        return session.clock().current();
    }

    LinkSession session() {
        return session;
    }

    /** The host of this process, or null if code is loaded into another one. */
    Host host() {
        return host;
    }

    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the Jit is closed");
        }
    }

    synchronized void forget(JitDylib dylib) {
        dylibs.remove(dylib);
    }

    /**
     * Closes all dylibs, the youngest first, and ends the session.
     *
     * @throws LinkException the first failure, with the later ones suppressed in it
     */
    @Override
    public void close() {
        List<JitDylib> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(dylibs).reversed();
        }
        LinkException first = null;
        for (JitDylib dylib : all) {
            first = attempt(dylib::close, first);
        }
        first = attempt(target::close, first);
        if (first != null) {
            throw first;
        }
    }

    @FunctionalInterface
    private interface Step {
        void run();
    }

    private static LinkException attempt(Step step, LinkException before) {
        try {
            step.run();
            return before;
        } catch (LinkException e) {
            if (before == null) {
                return e;
            }
            before.addSuppressed(e);
            return before;
        }
    }
}
