package dev.orcinus.jit;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.image.ProgramImage;
import dev.orcinus.loader.input.InputFiles;
import dev.orcinus.loader.input.KnownPrograms;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.Introduction;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.OutsideUse;
import dev.orcinus.loader.link.ProgramRecorder;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.loader.targets.local.LocalProgram;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.EntryConvention;
import dev.orcinus.platform.spi.guest.Preemptable;
import dev.orcinus.runtime.crash.CrashReport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A dylib that is a program, in a process of its own.
 *
 * <pre>{@code
 * ProgramDylib program = jit.createDylib("program");
 * program.add(Path.of("main.o"));
 * program.addLibrary("libz.so.1");
 * throw program.becomeProgram("main");
 * }</pre>
 */
public final class ProgramDylib extends JitDylib {
    private static final String STARTED_BY_LIBRARY = "__libc_start_main";

    private final ProgramJit jit;
    private final Set<String> imported = new HashSet<>();
    private final LateLibraries libraries;
    private boolean exportsAll;
    private boolean opensIfNeeded;
    private boolean hasAskedForPreloaded;
    private Runnable keeping = () -> {};

    ProgramDylib(ProgramJit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
        this.jit = jit;
        this.libraries = new LateLibraries(jit, dylib, super::openLibrary, this::report);
        jit.target().exportThreadLocals(this::isExported);
    }

    /** {@inheritDoc} {@code orcinus run} searches archives itself, as a compiler's driver does. */
    @Override
    boolean takesCompilerArchive() {
        return false;
    }

    private boolean isExported(String symbol) {
        return exportsAll || imported.contains(symbol);
    }

    @Override
    public ProgramDylib linkAgainst(JitDylib other) {
        super.linkAgainst(other);
        return this;
    }

    /**
     * {@inheritDoc} The library is opened when the program is linked. If it replaces symbols of the
     * C library, or has more static thread-local storage than there is room, the process has to
     * start again with it ({@link ProgramJit#startAgain}).
     */
    @Override
    public ProgramDylib addLibrary(String path) {
        addPreloaded();
        super.addLibrary(path);
        return this;
    }

    /**
     * Does what {@link #addLibrary} does if objects of the program, or libraries that it uses,
     * refer to symbols of the library; else the library is not opened.
     */
    public ProgramDylib addLibraryIfNeeded(String path) {
        addPreloaded();
        opensIfNeeded = true;
        try {
            super.addLibrary(path);
        } finally {
            opensIfNeeded = false;
        }
        return this;
    }

    /**
     * Lets preloaded libraries be asked before the first one that the program names. Without a
     * named one, the process finds their symbols first itself.
     */
    private void addPreloaded() {
        requireOpen();
        if (hasAskedForPreloaded) {
            return;
        }
        hasAskedForPreloaded = true;
        PreloadedLibraries.of(jit)
                .ifPresent(all -> session().addLibrary(dylib(), session().format().asking(all)));
    }

    @Override
    SymbolSource openLibrary(String path) {
        Optional<Path> file = LibraryFinder.find(path, libraries.searchPath());
        Optional<LibraryNames> names = file.flatMap(LibraryNames::of);
        if (names.isEmpty()) {
            return super.openLibrary(path);
        }
        imported.addAll(names.get().symbols().imports().names());
        return libraries.add(path, file.get(), names.get(), opensIfNeeded);
    }

    /**
     * Adds what is kept of a program, which has all objects of this one. What cannot be read is
     * forgotten.
     *
     * @return whether something is kept
     */
    @SuppressWarnings("MustBeClosedChecker") // keepUntilEnd closes it
    public boolean addKnown(KnownProgram program) {
        Objects.requireNonNull(program, "program");
        requireOpen();
        Optional<ProgramImage> image = KnownPrograms.shared().find(program.key());
        Optional<ProgramImage.Use> use = image.flatMap(ProgramImage::use);
        if (use.isEmpty()) {
            return false;
        }
        keepUntilEnd(use.get()::close);
        Arena mapped = Arena.ofShared();
        keepUntilEnd(mapped::close);
        LinkGraph graph;
        try {
            graph = image.get().graph(name(), mapped);
        } catch (IOException _) {
            KnownPrograms.shared().forget(program.key());
            return false;
        }
        session().add(dylib(), () -> graph);
        return true;
    }

    /**
     * Keeps the program when it is started, if it was linked before and can be kept. If it was
     * linked of further files than those that it is known by, such as the members of thin archives,
     * it is kept as long as these stay the same, too.
     *
     * @return whether it was linked before and is kept if it can be
     */
    public boolean keepAs(KnownProgram program) {
        Objects.requireNonNull(program, "program");
        requireOpen();
        KnownPrograms programs = KnownPrograms.shared();
        boolean isKept = programs.begin(program.key());
        if (isKept) {
            ProgramRecorder recorder = new ProgramRecorder();
            keepUntilEnd(recorder::abandon);
            keepUntilEnd(() -> programs.cancel(program.key()));
            session().record(recorder);
            keeping = () -> keep(program.key(), recorder);
        }
        return isKept;
    }

    private void keep(KnownPrograms.Key key, ProgramRecorder recorder) {
        KnownPrograms programs = KnownPrograms.shared();
        Optional<ProgramImage> image = session().endRecording(recorder);
        if (image.isPresent()) {
            programs.keep(key, image.get(), files());
        } else if (!recorder.hasFailed()) {
            programs.refuse(key);
        }
    }

    @Override
    InputFiles newFiles() {
        return new InputFiles(jit::hold);
    }

    /**
     * Lets libraries that the program opens refer to all its symbols, as {@code -rdynamic} of a
     * compiler does. Without this, they see those to which libraries of {@link #addLibrary} refer.
     * It is called before the program is linked.
     */
    public ProgramDylib exportSymbols() {
        exportsAll = true;
        return this;
    }

    /**
     * Adds the object of an archive that defines a symbol, unless an object defines it already.
     *
     * @param symbol as C names it
     * @return whether an object defines the symbol now
     */
    public boolean take(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        requireOpen();
        return session().isOfObject(dylib(), session().format().symbolOf(symbol));
    }

    /**
     * Returns whether an object defines a symbol. Members of archives count once they have been
     * added.
     *
     * @param symbol as C names it
     */
    public boolean defines(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        requireOpen();
        return session().hasDefinition(dylib(), session().format().symbolOf(symbol));
    }

    /**
     * Runs the program, and then ends this process in the way in which the program has ended: with
     * its status, or by its signal. It links the program, then runs its initializers, {@code main},
     * the functions that it has registered at exit, and its finalizers, on the first thread of its
     * process. Java's shutdown hooks do not run.
     *
     * <p>This method returns only if the program could not start. Write the call as follows, so
     * that a reader sees that nothing comes after it:
     *
     * <pre>{@code throw dylib.becomeProgram("main");}</pre>
     *
     * @param entry the function's symbol as C names it, usually {@code main}; it gets the arguments
     *     that were given to {@link Jit#program}
     * @return the reason why the program could not be linked or initialized
     */
    public LinkException becomeProgram(String entry) {
        return become(() -> runAsProgram(entry));
    }

    /**
     * Does what {@link #becomeProgram} does with a program that has a start of its own, as assembly
     * without a C library has: the process goes on at {@code start} as if the kernel had started it
     * there, with the arguments, the environment and the auxiliary vector on the stack.
     * Initializers run if the start calls the C library's {@code __libc_start_main}; what else
     * happens before a {@code main} is the program's business, as is its end.
     *
     * @param start a symbol, usually {@code _start}
     * @return the reason why the program could not be linked or started
     */
    public LinkException becomeProgramAt(String start) {
        return become(() -> runAsProgramAt(start));
    }

    private LinkException become(Runnable run) {
        try {
            run.run();
            jit.guest().followEnd();
            throw new AssertionError("this process has not ended");
        } catch (LinkException e) {
            return e;
        }
    }

    /**
     * Runs the program to the end of its process, as {@link #becomeProgram} does, and returns after
     * that. If the program crashes, its standard error gets a report.
     *
     * <p>The keys that a terminal has for {@code SIGINT} and {@code SIGQUIT} are the program's:
     * this process ignores the two signals from the start of the program until the {@link
     * ProgramJit} is closed.
     *
     * @param entry the function's symbol as C names it, usually {@code main}
     * @throws LinkException if the program cannot be linked or started
     */
    public void runAsProgram(String entry) {
        Objects.requireNonNull(entry, "entry");
        run(entry, EntryConvention.MAIN, true);
    }

    /**
     * Runs the program to the end of its process, as {@link #becomeProgramAt} does, and returns
     * after that.
     *
     * @param start a symbol, usually {@code _start}
     * @throws LinkException if the program cannot be linked or started
     */
    public void runAsProgramAt(String start) {
        Objects.requireNonNull(start, "start");
        link();
        OutsideUse use = session().outsideUse(dylib());
        if (use.names().isEmpty() && use.hasThreadLocals()) {
            throw new UnsupportedObjectException(
                    name(),
                    "it has thread-locals, a start of its own, and uses no library, so that nobody"
                            + " sets up thread-locals as its code expects them");
        }
        run(start, EntryConvention.KERNEL, use.names().contains(STARTED_BY_LIBRARY));
    }

    private void run(String entry, EntryConvention convention, boolean hasInitializers) {
        want(entry);
        link();
        LinkSession.Found found = session().find(dylib(), session().format().symbolOf(entry));
        prepareProcess();
        keeping.run();
        jit.target().setArguments(jit.arguments());
        jit.guest().onCrash(this::report);
        jit.target()
                .runToEnd(
                        jit.guest(),
                        new Program(
                                this,
                                found.address(),
                                convention,
                                jit.arguments(),
                                hasInitializers));
    }

    /**
     * Lets the process know the linked program, and its libraries use the program's definitions
     * instead of those that others have. None of its code has run by then. Debuggers see it only
     * then: while the dynamic linker is introduced to it, other bytes are in its place for a
     * moment, and a debugger that has a breakpoint there writes wrong ones back.
     */
    private void prepareProcess() {
        Preemptable preempting = jit.preemptable(session().preempting(dylib()));
        preempting.symbols().forEach(symbol -> imported.add(symbol.name()));
        introduce(preempting);
        jit.preempt(preempting.symbols());
        if (!preempting.initialized().isEmpty()) {
            warnOfAllocators(preempting.initialized());
        }
        jit.target().showCode();
    }

    /** Says in the program's place where it crashes. */
    private void report(CrashedThread thread) {
        CrashReport report = jit.target().reportCrash(jit.guest(), thread);
        jit.guest().process().printError(report.text("the program"));
    }

    /**
     * Introduces the program to the dynamic linker, if somebody may ask that about it. If that
     * cannot be done, standard error says so: most programs do without.
     */
    private void introduce(Preemptable preempting) {
        Introduction introduction =
                new Introduction(
                        jit.arguments().getFirst(),
                        symbol -> isExported(symbol) && !preempting.kept().contains(symbol),
                        !preempting.symbols().isEmpty(),
                        exportsAll || !imported.isEmpty(),
                        jit::read);
        session().describe(dylib(), introduction).flatMap(jit::introduce).ifPresent(this::warn);
    }

    private void warnOfAllocators(String library) {
        String line =
                "orcinus: the program "
                        + name()
                        + " has an allocator of its own; libraries keep the C library's, because "
                        + library
                        + " has been initialized before the program was there\n";
        jit.guest().process().printError(line);
    }

    private void warn(String reason) {
        String line =
                "orcinus: the dynamic linker does not know the program "
                        + name()
                        + " ("
                        + reason
                        + "): libraries that are opened later do not find its symbols, and an"
                        + " unwinder of its own does not find its frames\n";
        jit.guest().process().printError(line);
    }

    private record Program(
            ProgramDylib dylib,
            ExecutorAddress entry,
            EntryConvention convention,
            List<String> arguments,
            boolean hasInitializers)
            implements LocalProgram {
        @Override
        public void initialize() {
            if (hasInitializers) {
                dylib.initialize();
            }
        }

        @Override
        public void runFinalizers() {
            if (hasInitializers) {
                dylib.session().runAllFinalizers();
            }
        }
    }
}
