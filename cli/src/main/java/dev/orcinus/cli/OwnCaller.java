package dev.orcinus.cli;

import dev.orcinus.jit.ProgramJit;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** The user who has started this JVM, and the shell that may wait for its answer. */
final class OwnCaller implements Caller {
    private static final int STDERR = 2;

    private Optional<ColdStart> start = Optional.empty();

    @Override
    public PrintStream err() {
        return System.err;
    }

    @Override
    public boolean hasTerminal() {
        return HostProvider.current().process().isTerminal(STDERR);
    }

    @Override
    public Path absolute(Path file) {
        return file.toAbsolutePath();
    }

    @Override
    public boolean isWaiting() {
        return LauncherAnswer.isWaiting();
    }

    @Override
    public void startAgain() {
        LauncherAnswer.startAgain();
    }

    @Override
    public void becomes(ProgramJit program) {
        LauncherAnswer.endsBy(program::exit);
    }

    @Override
    public void exit(int status) {
        LauncherAnswer.exit(status);
    }

    /** {@inheritDoc} If that process is not this one's child, nobody waits for this one. */
    @Override
    public void startsProgram() {
        if (isWaiting()) {
            start = Optional.of(ColdStart.begin());
        }
    }

    @Override
    public void programHasEnded(ProgramJit program) {
        start.ifPresent(ColdStart::finish);
        program.followEnd();
        throw new AssertionError("this process has not ended");
    }

    /** All ends with this process. */
    @Override
    public void close() {}
}
