package dev.orcinus.jit;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.PhaseProgress;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.input.ObjectFormats;
import dev.orcinus.loader.lifetime.Trace;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LibrarySymbols;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.remote.RemoteTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A loader of object files, whose functions can then be called. Closing it removes everything that
 * it has loaded: finalizers run, unwind information is deregistered, memory is freed. Several
 * threads may use it at the same time.
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
 * <p>There is a subtype for each place where code can be loaded: {@link InProcessJit} for this
 * process, {@link IsolatedJit} for a process of its own that can crash, {@link ProgramJit} for a
 * program in such a process, {@link RemoteJit} for an executor. This type has the methods that all
 * of them have. A failure to link or load is reported as a {@link
 * dev.orcinus.loader.LinkException}, which is unchecked.
 */
public abstract sealed class Jit implements AutoCloseable
        permits CallableJit, ProgramJit, RemoteJit {
    private volatile LinkSession session;
    private final List<JitDylib> dylibs = new ArrayList<>();
    private boolean closed;
    private Throwable closedHere;
    private boolean ended;

    Jit(LinkTarget target) {
        this.session = sessionOf(target);
    }

    private static LinkSession sessionOf(LinkTarget target) {
        return new LinkSession(target, ObjectFormats.of(target.triple()), LinkOptions.DEFAULT);
    }

    /** Begins again with another target. The dylibs so far are not closed with this any more. */
    synchronized void startOver(LinkTarget target) {
        session = sessionOf(target);
        dylibs.clear();
    }

    /**
     * Returns a new {@link Jit} that loads code into this process. A fault in that code ends the
     * JVM.
     *
     * @throws UnsupportedOperationException if this OS or processor is not supported, or if the
     *     module that supports it is missing
     */
    public static InProcessJit inProcess() {
        MissingArtifact.requireNone();
        return InProcessJit.open();
    }

    /**
     * Starts a native process and returns a new {@link Jit} that loads code into it. A fault in
     * that code does not touch this process: the call throws a {@link
     * dev.orcinus.loader.GuestCrashException}, and the {@link Jit} goes on from a checkpoint, which
     * it takes by itself before it calls code that has been loaded since the last one.
     *
     * @throws TargetException if the process cannot be started
     * @throws UnsupportedOperationException if this OS or processor is not supported
     */
    public static IsolatedJit isolated() {
        return isolated(CheckpointPolicy.AFTER_LOADING);
    }

    /**
     * Starts a native process and returns a new {@link Jit} that loads code into it, as {@link
     * #isolated()} does.
     *
     * @param policy when checkpoints are taken
     * @throws TargetException if the process cannot be started
     * @throws UnsupportedOperationException if this OS or processor is not supported
     */
    public static IsolatedJit isolated(CheckpointPolicy policy) {
        MissingArtifact.requireNone();
        return IsolatedJit.open(Objects.requireNonNull(policy, "policy"));
    }

    /**
     * Starts a native process and returns a new {@link Jit} that loads a program into it. A crash
     * of the program does not touch this process.
     *
     * @param arguments the program's arguments, its name first
     * @throws TargetException if the process cannot be started
     * @throws UnsupportedOperationException if this OS or processor is not supported
     */
    public static ProgramJit program(List<String> arguments) {
        MissingArtifact.requireNone();
        return ProgramJit.open(Lists.copy(arguments, "arguments"));
    }

    /**
     * Returns a new {@link Jit} that loads code into an executor that listens on TCP: a daemon of
     * Orcinus, or LLVM's {@code llvm-jitlink-executor}.
     *
     * @throws TargetException if the connection fails, or if the other side does not behave as an
     *     executor
     */
    public static RemoteJit connect(String hostName, int port) {
        Objects.requireNonNull(hostName, "hostName");
        MissingArtifact.requireNone();
        return RemoteJit.over(RemoteTarget.connect(hostName, port));
    }

    /**
     * Returns a new {@link Jit} that loads code into a daemon of Orcinus that wants a token, which
     * may be on another machine ({@code orcinus serve --token-file}).
     *
     * @throws TargetException if the connection fails, the token is refused, the daemon does not
     *     know the token, or its certificate is not the expected one; the message says which
     */
    public static RemoteJit connect(String hostName, int port, Credentials credentials) {
        Objects.requireNonNull(hostName, "hostName");
        Objects.requireNonNull(credentials, "credentials");
        return RemoteJit.over(RemoteTarget.connect(hostName, port, credentials.access()));
    }

    /**
     * Returns a new {@link Jit} that loads code into an executor that listens on a Unix-domain
     * socket, as {@code orcinus serve --listen unix:PATH} does.
     *
     * @param socket the socket's file
     * @throws TargetException if the connection fails, or if the other side does not behave as an
     *     executor
     */
    public static RemoteJit connect(Path socket) {
        MissingArtifact.requireNone();
        return RemoteJit.over(RemoteTarget.connect(Objects.requireNonNull(socket, "socket")));
    }

    /**
     * Starts an executor and returns a new {@link Jit} that loads code into it. The executor gets
     * {@code filedescs=IN,OUT} as its last argument, and it shares this process's standard streams.
     * It ends when the {@link Jit} is closed.
     *
     * @param command the executor and its arguments: {@code orcinus} or {@code
     *     llvm-jitlink-executor}
     * @throws TargetException if the executor does not start, or does not behave as an executor
     */
    public static RemoteJit launch(List<String> command) {
        MissingArtifact.requireNone();
        return RemoteJit.over(RemoteTarget.launch(Lists.copy(command, "command")));
    }

    /**
     * Makes a dylib, which is a set of objects that see each other's symbols. They also see the
     * symbols of the process that they are loaded into.
     *
     * @param name the dylib's name, for messages
     * @throws IllegalStateException if this is closed
     */
    public abstract JitDylib createDylib(String name);

    /** Makes a dylib of the kind that a subclass needs, and keeps a list of them. */
    synchronized <T extends JitDylib> T register(String name, DylibMaker<T> maker) {
        Objects.requireNonNull(name, "name");
        if (closed) {
            throw Trace.closed("the Jit is closed", closedHere);
        }
        Dylib dylib = session.createDylib(name);
        SymbolSource process = processSymbols(session.target());
        session.addSource(dylib, session.format().asking(process));
        T made = maker.make(dylib);
        if (made.takesCompilerArchive()) {
            session.supplement(dylib, new CompilerArchive(made));
        }
        dylibs.add(made);
        return made;
    }

    /** Returns the symbols of all libraries of the process. */
    SymbolSource processSymbols(LinkTarget target) {
        return new LibrarySymbols(target, target.process());
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

    /** Returns the time that each phase of linking has taken so far, for all objects together. */
    public Map<LinkPhase, Duration> times() {
        return session.clock().times();
    }

    /** Returns the phase that is running now on some thread, if one is. */
    public Optional<LinkPhase> phase() {
        return progress().map(PhaseProgress::phase);
    }

    /**
     * Returns how far the phase of linking is that is running now on some thread, if one is.
     *
     * <pre>{@code jit.progress().ifPresent(p -> bar.show(p.done(), p.all()));}</pre>
     */
    public Optional<PhaseProgress> progress() {
        return session.clock().current();
    }

    LinkSession session() {
        return session;
    }

    synchronized void forget(JitDylib dylib) {
        dylibs.remove(dylib);
    }

    /**
     * Closes all dylibs, each before those that it is linked against, else the youngest first, and
     * ends the session. A second call does nothing.
     *
     * @throws IllegalStateException if a call of a loaded function has not returned on some thread:
     *     the message names the function, nothing is closed, and everything can be used as before.
     *     Also if a dylib could not be closed for a reason that {@link JitDylib#close} lists; this
     *     can then be called again
     * @throws dev.orcinus.loader.LinkException if a finalizer could not be run or a resource could
     *     not be freed; everything is closed nevertheless. The first failure is thrown, and the
     *     later ones are suppressed in it
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

    /** Unmaps the files of all dylibs, whose process has ended or has forgotten them. */
    final void releaseFiles() {
        List<JitDylib> all;
        synchronized (this) {
            all = List.copyOf(dylibs);
        }
        Failures failures = new Failures();
        all.forEach(dylib -> failures.attempt(dylib::releaseFiles));
        failures.throwFirst();
    }

    private synchronized List<JitDylib> beginClose() {
        List<Dylib> all = dylibs.stream().map(JitDylib::dylib).toList();
        beginEnd(all);
        refuseUse();
        return session.closingOrder(all).stream()
                .map(dylib -> dylibs.get(all.indexOf(dylib)))
                .toList();
    }

    /** Refuses to add anything from now on. */
    final synchronized void refuseUse() {
        if (!closed) {
            closed = true;
            closedHere = Trace.here("the Jit was closed");
        }
    }

    /**
     * Refuses calls of the functions of all dylibs from now on, unless a call has not returned yet.
     */
    void beginEnd(List<Dylib> all) {
        session.beginEnd(all);
    }

    /** Returns true the first time that all dylibs are closed, so that the target can be closed. */
    private synchronized boolean isToEnd() {
        boolean isFirst = !ended && dylibs.isEmpty();
        ended |= isFirst;
        return isFirst;
    }
}
