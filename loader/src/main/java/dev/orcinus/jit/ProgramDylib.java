package dev.orcinus.jit;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.Introduction;
import dev.orcinus.loader.link.LateLibrary;
import dev.orcinus.loader.link.LibrarySymbols;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.loader.targets.local.LocalProgram;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import dev.orcinus.runtime.crash.CrashReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A dylib that is a program, in a process of its own. */
public final class ProgramDylib extends JitDylib {
    private final ProgramJit jit;
    private final Set<String> imported = new HashSet<>();
    private final List<NamedLibrary> libraries = new ArrayList<>();
    private boolean exportsAll;

    ProgramDylib(ProgramJit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
        this.jit = jit;
        jit.target().exportThreadLocals(this::isExported);
    }

    private boolean isExported(String symbol) {
        return exportsAll || imported.contains(symbol);
    }

    @Override
    public ProgramDylib linkAgainst(JitDylib other) {
        super.linkAgainst(other);
        return this;
    }

    @Override
    public ProgramDylib addLibrary(String path) {
        super.addLibrary(path);
        return this;
    }

    @Override
    SymbolSource openLibrary(String path) {
        Optional<LibraryNames> names = LibraryNames.read(path);
        if (names.isEmpty()) {
            return super.openLibrary(path);
        }
        LibraryNames library = names.get();
        imported.addAll(library.imports());
        LateLibrary late =
                new LateLibrary(
                        library.exports(),
                        library.imports(),
                        symbols -> open(path, library, symbols));
        libraries.add(new NamedLibrary(path, library, late));
        return late;
    }

    /** Opens those libraries together that can be opened now. */
    private void openReady() {
        List<NamedLibrary> ready = libraries.stream().filter(l -> l.late.isReady(dylib())).toList();
        libraries.clear();
        if (ready.size() > 1) {
            jit.target()
                    .openTogether(
                            ready.stream().map(NamedLibrary::path).toList(),
                            ready.stream()
                                    .flatMap(library -> library.names.threadLocal().stream())
                                    .toList());
        }
    }

    private record NamedLibrary(String path, LibraryNames names, LateLibrary late) {}

    private SymbolSource open(
            String path, LibraryNames library, List<LinkedProgram.Symbol> symbols) {
        openReady();
        if (!symbols.isEmpty()) {
            jit.offer(symbols);
        }
        return library.threadLocal().isPresent()
                ? new LibrarySymbols(
                        jit.target(), jit.target().open(path, library.threadLocal().get()))
                : super.openLibrary(path);
    }

    /**
     * Lets libraries that the program opens refer to all its symbols, as {@code -rdynamic} of a
     * compiler does. Without this, they see those to which libraries of {@link #addLibrary} refer.
     */
    public ProgramDylib exportSymbols() {
        exportsAll = true;
        return this;
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
        try {
            runAsProgram(entry);
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
     * @param entry the function's symbol as C names it, usually {@code main}
     * @throws LinkException if the program cannot be linked or started
     */
    public void runAsProgram(String entry) {
        Objects.requireNonNull(entry, "entry");
        link();
        LinkSession.Found main = session().find(dylib(), session().format().symbolOf(entry));
        introduce();
        jit.target().setArguments(jit.arguments());
        jit.guest().onCrash(this::report);
        jit.target().runToEnd(jit.guest(), new Program(this, main.address(), jit.arguments()));
    }

    /** Says in the program's place where it crashes. */
    private void report(CrashedThread thread) {
        CrashReport report = jit.target().reportCrash(jit.guest(), thread);
        jit.guest().process().printError(report.text("the program"));
    }

    /** Introduces the program to the dynamic linker, if somebody may ask that about it. */
    private void introduce() {
        Introduction introduction =
                new Introduction(
                        jit.arguments().getFirst(),
                        this::isExported,
                        exportsAll || !imported.isEmpty(),
                        jit::read);
        session().describe(dylib(), introduction).ifPresent(jit::introduce);
    }

    private record Program(ProgramDylib dylib, ExecutorAddress entry, List<String> arguments)
            implements LocalProgram {
        @Override
        public void initialize() {
            dylib.initialize();
        }

        @Override
        public void runFinalizers() {
            dylib.session().runAllFinalizers();
        }
    }
}
