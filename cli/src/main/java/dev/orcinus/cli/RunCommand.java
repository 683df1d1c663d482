package dev.orcinus.cli;

import dev.orcinus.jit.ArchiveMode;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitDylib;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnreachableSymbolsException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command {@code run}, which links objects and runs the program that they make. */
final class RunCommand {
    private static final int FAILURE = 1;
    private static final double NANOS_PER_MILLI = 1e6;

    private final RunOptions options;

    RunCommand(List<String> arguments) throws UsageException {
        this.options = RunOptions.parse(arguments);
    }

    /**
     * Runs the program and returns its status, or 1 if it could not be started. A program in this
     * process ends the process and does not return.
     */
    int run() throws IOException, UsageException {
        try (Jit jit = open()) {
            try {
                return run(jit);
            } catch (UnreachableSymbolsException e) {
                if (jit instanceof ProgramJit first) {
                    try (ProgramJit second = first.startAgain(e)) {
                        return run(second);
                    }
                }
                throw e;
            }
        } catch (LinkException e) {
            System.err.println("orcinus: " + e.getMessage());
            return FAILURE;
        }
    }

    private int run(Jit jit) throws IOException, UsageException {
        try (LinkProgress _ = LinkProgress.on(jit)) {
            JitDylib program = link(jit);
            if (program instanceof InProcessDylib here) {
                throw here.becomeProgram(options.entry(), options.programArguments());
            }
            if (program instanceof ProgramDylib own) {
                throw own.becomeProgram(options.entry());
            }
            return runElsewhere(program);
        }
    }

    /**
     * Runs the program in another process and returns its status, also if it ends its process by
     * {@code exit} or a crash.
     */
    private int runElsewhere(JitDylib program) {
        try {
            return program.run(options.entry(), options.programArguments());
        } catch (TargetException e) {
            return e.exitStatus().orElseThrow(() -> e);
        }
    }

    private Jit open() throws UsageException {
        return switch (options.place()) {
            case HERE -> Jit.inProcess();
            case ISOLATED -> Jit.program(options.programArguments());
            case CONNECTED -> {
                InetSocketAddress address = Options.parseAddress(options.address());
                yield Jit.connect(address.getHostString(), address.getPort());
            }
        };
    }

    private JitDylib link(Jit jit) throws IOException, UsageException {
        JitDylib program = jit.createDylib(options.programArguments().getFirst());
        LibrarySearch libraries = new LibrarySearch(options.folders());
        for (RunOptions.Input input : options.inputs()) {
            List<Path> files =
                    input.isLibrary()
                            ? libraries.find(input.name())
                            : libraries.expand(Path.of(input.name()));
            add(files, input.mode(), program, libraries);
        }
        applyOptions(program);
        link(program, libraries);
        if (options.printsTimes()) {
            printTimes(jit.times());
        }
        return program;
    }

    /** Adds files, and the libraries that they ask for and that are installed. */
    private static void add(
            List<Path> files, ArchiveMode mode, JitDylib program, LibrarySearch libraries)
            throws IOException {
        for (Path file : files) {
            if (LibrarySearch.isShared(file)) {
                program.addLibrary(file.toAbsolutePath().toString());
            } else {
                for (String asked : program.add(file, mode).libraries()) {
                    add(
                            libraries.findIfInstalled(asked),
                            ArchiveMode.AS_NEEDED,
                            program,
                            libraries);
                }
            }
        }
    }

    /**
     * Links a program. If symbols are missing, it is tried again with the archives that a compiler
     * would have added.
     */
    private static void link(JitDylib program, LibrarySearch libraries) throws IOException {
        try {
            program.link();
        } catch (UnresolvedSymbolsException e) {
            List<Path> archives = libraries.ofCompilers();
            if (archives.isEmpty()
                    && e.requesters().keySet().stream().anyMatch(RunCommand::isOfCompilers)) {
                System.err.println(
                        "orcinus: no libgcc.a and libc_nonshared.a are installed, which compilers"
                                + " link unasked (Debian: libgcc-VERSION-dev and libc6-dev)");
            }
            if (archives.isEmpty()) {
                throw e;
            }
            try {
                for (Path archive : archives) {
                    program.add(archive);
                }
            } catch (UnsupportedObjectException _) { // of another format than the program
                throw e;
            }
            program.link();
        }
    }

    /** Returns whether a name may be one that compilers use unasked. */
    private static boolean isOfCompilers(String name) {
        boolean isCxxOfMachO = name.startsWith("__Z");
        return (name.startsWith("__") && !isCxxOfMachO)
                || name.equals("at_quick_exit")
                || name.equals("pthread_atfork");
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
     * Does all that {@link #run} does, but runs {@code getpid} as the program and returns. The
     * start-up cache of {@code run} is recorded from this.
     */
    int rehearse() throws IOException, UsageException {
        try (Jit jit = Jit.inProcess();
                LinkProgress _ = LinkProgress.on(jit)) {
            link(jit).run("getpid", options.programArguments());
            return 0;
        } catch (LinkException | UnsupportedOperationException e) {
            System.err.println("orcinus: " + e.getMessage());
            return FAILURE;
        }
    }

    private static void printTimes(Map<LinkPhase, Duration> times) {
        times.forEach(
                (phase, time) ->
                        System.err.printf(
                                "orcinus: %-10s %9.3f ms%n",
                                phase.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                time.toNanos() / NANOS_PER_MILLI));
    }
}
