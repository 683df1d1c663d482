package dev.orcinus.jit;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.input.ObjectFormats;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.remote.RemoteTarget;
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
 * try (InProcessJit jit = Jit.inProcess()) {
 *     InProcessDylib lib = jit.createDylib("kernels");
 *     lib.add(Path.of("kernels.o"));
 *     MethodHandle dot =
 *             lib.function("dot", FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, ADDRESS, JAVA_LONG));
 *     double d = (double) dot.invokeExact(a, b, 1024L);
 * }
 * }</pre>
 *
 * <p>Where code is loaded decides what can be done with it, so each place has a type: {@link
 * InProcessJit} for this process, {@link RemoteJit} for another one. This type has what both can
 * do. What fails throws a kind of {@link dev.orcinus.loader.LinkException}, which is unchecked.
 */
public abstract sealed class Jit implements AutoCloseable permits InProcessJit, RemoteJit {
    private final LinkSession session;
    private final List<JitDylib> dylibs = new ArrayList<>();
    private boolean closed;
    private boolean ended;

    Jit(LinkTarget target) {
        this.session =
                new LinkSession(target, ObjectFormats.of(target.triple()), LinkOptions.DEFAULT);
    }

    /**
     * Loads code into this process. Code that faults ends the JVM.
     *
     * @throws UnsupportedOperationException if this OS or processor is not supported, or the module
     *     that supports it is missing
     */
    public static InProcessJit inProcess() {
        return InProcessJit.open();
    }

    /**
     * Loads code into an executor that listens on TCP: a daemon of Orcinus, or LLVM's {@code
     * llvm-jitlink-executor}.
     *
     * @throws TargetException if nobody answers there, or not as an executor does
     */
    public static RemoteJit connect(String hostName, int port) {
        Objects.requireNonNull(hostName, "hostName");
        return RemoteJit.over(RemoteTarget.connect(hostName, port));
    }

    /**
     * Loads code into an executor that is started for this: {@code orcinus}, or {@code
     * llvm-jitlink-executor}. It gets {@code filedescs=IN,OUT} as its last argument, and this
     * process's standard streams. It ends when this is closed.
     *
     * @throws TargetException if it does not start, or does not answer as an executor does
     */
    public static RemoteJit launch(List<String> command) {
        return RemoteJit.over(
                RemoteTarget.launch(List.copyOf(Objects.requireNonNull(command, "command"))));
    }

    /**
     * Makes a dylib: a set of objects that see each other's symbols. It also sees the symbols of
     * the process.
     *
     * @param name for messages
     */
    public abstract JitDylib createDylib(String name);

    /** Makes a dylib of one's own kind. */
    synchronized <T extends JitDylib> T register(String name, DylibMaker<T> maker) {
        Objects.requireNonNull(name, "name");
        if (closed) {
            throw new IllegalStateException("the Jit is closed");
        }
        Dylib dylib = session.createDylib(name);
        LinkTarget target = session.target();
        session.addSource(dylib, names -> target.find(target.process(), names));
        T made = maker.make(dylib);
        dylibs.add(made);
        return made;
    }

    /**
     * Makes a kind of dylib.
     *
     * @param <T> the kind
     */
    @FunctionalInterface
    interface DylibMaker<T extends JitDylib> {
        T make(Dylib dylib);
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

    synchronized void forget(JitDylib dylib) {
        dylibs.remove(dylib);
    }

    /**
     * Closes all dylibs, the youngest first, and ends the session. Does nothing if it has ended.
     *
     * @throws IllegalStateException if a call of a loaded function has not returned, on whatever
     *     thread; it names the function, nothing is closed, and everything can be used as before.
     *     Or if some dylib could not be closed, as {@link JitDylib#close} tells; then this can be
     *     closed again
     * @throws dev.orcinus.loader.LinkException if something could not be run or given back;
     *     everything is closed nevertheless. This is the first failure, with the later ones
     *     suppressed in it
     */
    @Override
    public void close() {
        Failures failures = new Failures();
        for (JitDylib dylib : beginClose()) {
            failures.attempt(dylib::close);
        }
        if (isToEnd()) {
            failures.attempt(session.target()::close);
        }
        failures.throwFirst();
    }

    private synchronized List<JitDylib> beginClose() {
        beginEnd(dylibs.stream().map(JitDylib::dylib).toList());
        closed = true;
        return List.copyOf(dylibs).reversed();
    }

    /** Refuses calls of the functions of all dylibs, if none is inside. */
    void beginEnd(List<Dylib> all) {
        session.beginEnd(all);
    }

    /** Whether everything is closed but the target, for the first time. */
    private synchronized boolean isToEnd() {
        boolean isFirst = !ended && dylibs.isEmpty();
        ended |= isFirst;
        return isFirst;
    }
}
