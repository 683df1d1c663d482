package dev.orcinus.cli;

import dev.orcinus.cli.RunOptions.Place;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitDylib;
import dev.orcinus.jit.KnownProgram;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnpreparedProcessException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.installed.GccFolders;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command {@code run}, which links objects and runs the program that they make. */
final class RunCommand {
    /** What tells code about the processor; programs of today have it from {@code libgcc.a}. */
    private static final List<String> IN_SHARED_LIBGCC =
            List.of("__cpu_model", "__cpu_indicator_init");

    private static final String VERSION_IN_SHARED_LIBGCC = "@GCC_4.8.0";

    private static final int FAILURE = 1;

    private final RunOptions options;
    private final Caller caller;

    /** What may be known of the program; nothing if files count that no operand names. */
    private Optional<KnownProgram> known = Optional.empty();

    private boolean isFirstStart = true;
    private boolean isAsKnown;

    /** Whether the link may be kept. Tries of the first link, of which none is kept, count once. */
    private boolean mayKeep = true;

    private boolean isRehearsal;

    /** What is kept of the program, if it could not be linked as it is kept. */
    private Optional<KnownProgram> unfit = Optional.empty();

    RunCommand(List<String> arguments, Caller caller) throws UsageException {
        this.options = RunOptions.parse(arguments);
        this.caller = caller;
    }

    /** Returns the command of a user who has started this process. */
    static RunCommand of(OwnCaller caller, List<String> arguments) throws UsageException {
        return new RunCommand(PerfMapOption.take(arguments), caller);
    }

    /**
     * Runs the program and returns its status, or 1 if it could not be started. A program that is
     * not in an executor ends this process, and does not return, if this process is its own.
     */
    int run() throws IOException, UsageException {
        if (options.place() != Place.ISOLATED && options.entry().isStart()) {
            throw new UsageException(
                    "run: a program that starts at '"
                            + options.entry().name()
                            + "' needs a process of its own: leave out --in-jvm and --connect");
        }
        if (options.place() != Place.ISOLATED && caller.isWaiting()) {
            caller.startAgain();
            return FAILURE;
        }
        try {
            return switch (options.place()) {
                case ISOLATED -> becomeProgram();
                case HERE, CONNECTED -> runElsewhere();
            };
        } catch (LinkException | GuestGoneException e) { // the process may end during a step
            caller.err().println("orcinus: " + e.getMessage());
            return FAILURE;
        }
    }

    /** Makes a native process a program, which ends after a failure has been told. */
    private int becomeProgram() throws IOException, UsageException {
        ProgramJit jit = newProgram();
        while (true) {
            Optional<LinkException> failure = become(jit);
            if (failure.isEmpty()) {
                return 0;
            }
            jit = startAgain(jit, failure.get());
            caller.becomes(jit);
        }
    }

    /** Starts the process again: with what only its start gives, or without what is known. */
    private ProgramJit startAgain(ProgramJit jit, LinkException failure) {
        if (failure instanceof UnpreparedProcessException e && !e.libraries().isEmpty()) {
            return jit.startAgain(failure)
                    .orElseThrow(() -> failure); // known programs need it, too
        }
        isFirstStart = false;
        if (isAsKnown) {
            isAsKnown = false;
            unfit = known;
            return jit.startAnew(failure);
        }
        ProgramJit again = jit.startAgain(failure).orElseThrow(() -> failure);
        known.ifPresent(KnownProgram::forget); // what its process needs would be missed each time
        return again;
    }

    private Optional<LinkException> become(ProgramJit jit) throws IOException, UsageException {
        try (LinkProgress _ = LinkProgress.on(jit, caller)) {
            ProgramDylib program = jit.createDylib(options.programArguments().getFirst());
            link(program, jit);
            isAsKnown = false;
            unfit.ifPresent(KnownProgram::forget);
            if (isEnteredAtStart(program)) {
                program.runAsProgramAt(start());
            } else {
                program.runAsProgram(options.entry().name());
            }
            ended(jit);
            return Optional.empty();
        } catch (LinkException e) {
            return Optional.of(e);
        }
    }

    private void ended(ProgramJit jit) {
        if (isRehearsal) {
            jit.close();
        } else {
            caller.ended(jit);
        }
    }

    /**
     * Lets an archive give the program its entry, if none of the objects that have been added has
     * it: the start if one has a start, else the main.
     */
    private void wantEntry(ProgramDylib program) {
        ProgramEntry entry = options.entry();
        boolean hasStart =
                entry.isDefault() && !program.defines(entry.name()) && program.take(start());
        program.want(hasStart ? start() : entry.name());
    }

    /**
     * Returns whether the program is entered as ld's output is: its start is not the C library's.
     */
    private boolean isEnteredAtStart(ProgramDylib program) {
        return options.entry().isStart()
                || (options.entry().isDefault() && program.defines(start()));
    }

    private String start() {
        return options.entry().isStart() ? options.entry().name() : ProgramEntry.START;
    }

    private ProgramJit newProgram() {
        ProgramJit jit = Jit.program(options.programArguments());
        caller.becomes(jit);
        return jit;
    }

    /**
     * Runs the program in this process, which ends with it, or in an executor. Returns its status
     * there, also if it ends its process by {@code exit} or a crash.
     */
    private int runElsewhere() throws IOException, UsageException {
        try (Jit jit = open();
                LinkProgress _ = LinkProgress.on(jit, caller)) {
            JitDylib program = jit.createDylib(options.programArguments().getFirst());
            link(program, jit);
            if (program instanceof InProcessDylib here && !isRehearsal) {
                throw here.becomeProgram(options.entry().name(), options.programArguments());
            }
            return program.run(options.entry().name(), options.programArguments());
        } catch (TargetException e) {
            return e.exitStatus().orElseThrow(() -> e);
        }
    }

    private Jit open() throws UsageException, IOException {
        if (options.place() == Place.HERE) {
            return Jit.inProcess();
        }
        return switch (Options.parseSocketAddress(options.address())) {
            case UnixDomainSocketAddress unix -> Jit.connect(unix.getPath());
            case InetSocketAddress tcp -> connect(tcp.getHostString(), tcp.getPort());
            default -> throw new AssertionError(options.address());
        };
    }

    private Jit connect(String host, int port) throws UsageException, IOException {
        AccessOptions access = options.access();
        return access.wantsToken()
                ? Jit.connect(host, port, access.credentials())
                : Jit.connect(host, port);
    }

    private void link(JitDylib program, Jit jit) throws IOException, UsageException {
        options.linker().rules().forEach(program::apply);
        LibrarySearch libraries = new LibrarySearch(options.folders(), caller::absolute);
        ProgramFiles files = ProgramFiles.of(options, libraries);
        known = isFirstStart ? files.known(options, caller) : Optional.empty();
        isAsKnown = known.isPresent() && ((ProgramDylib) program).addKnown(known.get());
        for (ProgramFiles.Operand operand : isAsKnown ? files.shared() : files.all()) {
            add(operand, program, libraries);
        }
        if (program instanceof ProgramDylib own) {
            wantEntry(own);
        }
        applyOptions(program);
        if (known.isPresent() && !isAsKnown && mayKeep) {
            mayKeep = ((ProgramDylib) program).keepAs(known.get());
        }
        link(program, libraries);
        if (options.printsTimes()) {
            printTimes(jit.times());
        }
    }

    /** Adds a file, and the libraries that it asks for and that are installed. */
    private void add(ProgramFiles.Operand operand, JitDylib program, LibrarySearch libraries)
            throws IOException {
        Path file = operand.file();
        if (operand.isShared()) {
            addLibrary(caller.absolute(file).toString(), operand.isAsNeeded(), program);
            return;
        }
        for (String asked : program.add(file, operand.input().mode()).libraries()) {
            known = Optional.empty();
            for (LinkedFile found : libraries.findIfInstalled(asked)) {
                RunOptions.Input input = RunOptions.Input.library(asked);
                add(ProgramFiles.Operand.of(found, input), program, libraries);
            }
        }
    }

    /** Adds a shared library. Where it is opened at once, nobody knows yet if it is needed. */
    private static void addLibrary(String path, boolean isAsNeeded, JitDylib program) {
        if (isAsNeeded && program instanceof ProgramDylib own) {
            own.addLibraryIfNeeded(path);
        } else {
            program.addLibrary(path);
        }
    }

    /**
     * Links a program. If symbols are missing, it is tried again with the archives that a compiler
     * would have added, or with what libgcc's shared library has for older programs.
     */
    private void link(JitDylib program, LibrarySearch libraries) throws IOException {
        try {
            program.link();
        } catch (UnresolvedSymbolsException e) {
            if (isAsKnown) {
                throw e;
            }
            List<Path> archives = libraries.ofCompilers();
            boolean isTaken = !LibrarySearch.hasLibgcc(archives) && takeFromShared(program, e);
            if (archives.isEmpty() && !isTaken) {
                throw withAdvice(e);
            }
            try {
                for (Path archive : archives) {
                    program.add(archive);
                }
            } catch (UnsupportedObjectException _) { // of another format than the program
                throw e;
            }
            linkAgain(program, archives.isEmpty());
        }
    }

    private void linkAgain(JitDylib program, boolean needsAdvice) {
        try {
            program.link();
        } catch (UnresolvedSymbolsException e) {
            throw needsAdvice ? withAdvice(e) : e;
        }
    }

    private static boolean takeFromShared(JitDylib program, UnresolvedSymbolsException e) {
        boolean isTaken = false;
        for (String name : IN_SHARED_LIBGCC) {
            if (e.requesters().containsKey(name)) {
                program.redirect(name, name + VERSION_IN_SHARED_LIBGCC);
                isTaken = true;
            }
        }
        return isTaken;
    }

    private UnresolvedSymbolsException withAdvice(UnresolvedSymbolsException e) {
        if (e.requesters().keySet().stream().anyMatch(GccFolders::isForCompilers)) {
            caller.err()
                    .println(
                            "orcinus: no libgcc.a and libc_nonshared.a are installed, which compilers"
                                    + " link unasked (Debian: libgcc-VERSION-dev and libc6-dev)");
        }
        return e;
    }

    private void applyOptions(JitDylib program) throws UsageException {
        LinkerOptions linker = options.linker();
        linker.wanted().forEach(program::want);
        if (linker.exportsDynamic() && program instanceof ProgramDylib own) {
            own.exportSymbols();
        }
        for (String symbol : linker.wrapped()) {
            program.redirect(symbol, "__wrap_" + symbol);
            program.redirect("__real_" + symbol, symbol);
        }
        for (Map.Entry<String, String> definition : linker.definitions().entrySet()) {
            if (Character.isDigit(definition.getValue().charAt(0))) {
                program.defineNumber(definition.getKey(), number(definition.getValue()));
            } else {
                program.redirect(definition.getKey(), definition.getValue());
            }
        }
    }

    private static long number(String text) throws UsageException {
        try {
            return text.startsWith("0x")
                    ? Long.parseUnsignedLong(text.substring(2), 16)
                    : Long.parseUnsignedLong(text);
        } catch (NumberFormatException _) {
            throw new UsageException("run: --defsym: '" + text + "' is no number");
        }
    }

    /**
     * Does what {@link #run} does, and returns when the program has ended, with 0 if it has
     * started. The start-up cache of {@code run} is recorded from this.
     */
    int rehearse() throws IOException, UsageException {
        isRehearsal = true;
        return run() == FAILURE ? FAILURE : 0;
    }

    private void printTimes(Map<LinkPhase, Duration> times) {
        times.forEach((phase, time) -> caller.err().println(PhaseTime.text(phase, time)));
    }
}
