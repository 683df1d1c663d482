package dev.orcinus.cli;

import dev.orcinus.jit.ProgramJit;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** The user who has started this JVM, and the shell that may wait for its answer. */
final class OwnCaller implements Caller {
    private static final int STDERR = 2;

    /** Is opened before all else: the code of native calls is generated beside from then on. */
    private final Host host = HostProvider.current();

    private final boolean isBeside = LauncherAnswer.isWaiting();
    private Optional<ColdStart> start = Optional.empty();

    @Override
    public PrintStream err() {
        return System.err;
    }

    @Override
    public boolean hasTerminal() {
        return host.process().isTerminal(STDERR);
    }

    @Override
    public Path absolute(Path file) {
        return file.toAbsolutePath();
    }

    @Override
    public Optional<String> linkEnvironment() {
        return Optional.empty();
    }

    @Override
    public boolean isWaiting() {
        return LauncherAnswer.isWaiting();
    }

    @Override
    public void startAgain() {
        LauncherAnswer.startAgain();
    }

    /** {@inheritDoc} The user does not wait for this process then, if the shell becomes it. */
    @Override
    public void becomes(ProgramJit program) {
        LauncherAnswer.endsBy(program::exit);
        if (isBeside && start.isEmpty()) {
            start = Optional.of(ColdStart.begin());
        }
    }

    @Override
    public void exit(int status) {
        LauncherAnswer.exit(status);
    }

    @Override
    public void ended(ProgramJit program) {
        if (start.isPresent()) {
            start.get().finish();
        }
        program.followEnd();
    }

    /** All ends with this process. */
    @Override
    public void close() {}
}
