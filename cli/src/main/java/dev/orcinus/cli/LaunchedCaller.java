package dev.orcinus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.jit.ProgramJit;
import dev.orcinus.platform.spi.guest.LaunchedProcess;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** A launcher that has asked this process, which serves many. */
final class LaunchedCaller implements Caller {
    private static final String OF_DYNAMIC_LINKER = "LD_";

    private final LaunchedProcess process;
    private final PrintStream errors;
    private final List<ProgramJit> programs = new ArrayList<>();
    private IntConsumer end;
    private boolean startsAgain;

    LaunchedCaller(LaunchedProcess process) {
        this.process = process;
        errors = new PrintStream(process.errors(), true, UTF_8);
        end = process::exit;
    }

    @Override
    public PrintStream err() {
        return errors;
    }

    @Override
    public boolean hasTerminal() {
        return process.hasTerminal();
    }

    @Override
    public Path absolute(Path file) {
        return process.folder().resolve(file);
    }

    @Override
    public Optional<String> linkEnvironment() {
        StringBuilder all = new StringBuilder();
        process.variables().stream()
                .filter(name -> name.startsWith(OF_DYNAMIC_LINKER))
                .sorted()
                .forEach(
                        name ->
                                all.append(name)
                                        .append('=')
                                        .append(process.variable(name).orElse(""))
                                        .append('\n'));
        return Optional.of(all.toString());
    }

    @Override
    public boolean isWaiting() {
        return process.isWaiting();
    }

    /** {@inheritDoc} It does so when nobody serves it any more. */
    @Override
    public void startAgain() {
        startsAgain = true;
    }

    @Override
    public void becomes(ProgramJit program) {
        programs.add(program);
        end = program::exit;
    }

    @Override
    public void exit(int status) {
        if (!startsAgain) {
            end.accept(status);
        }
    }

    /** {@inheritDoc} This one serves others. */
    @Override
    public void ended(ProgramJit program) {}

    @Override
    public void close() {
        programs.forEach(ProgramJit::close);
    }
}
