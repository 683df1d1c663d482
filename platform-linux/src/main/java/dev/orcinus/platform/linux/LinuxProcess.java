package dev.orcinus.platform.linux;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxMalloc;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.platform.posix.PosixProcess;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HeldFile;
import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostTerminal;
import dev.orcinus.platform.spi.host.OrphanProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** This process, as Orcinus uses it. */
final class LinuxProcess extends PosixProcess {
    /** Processes that are killed may have started others meanwhile. */
    private static final int MOST_ROUNDS = 100;

    @Override
    public void unlinkSharedMemoryOf(long pid) {
        SharedObjects.unlinkAllOf(pid);
    }

    @Override
    public Optional<HostTerminal> openTerminal() {
        return LinuxTerminal.open();
    }

    @Override
    public void endStraysOf(long pid) {
        List<Long> left = straysOf(pid);
        for (int round = 0; round < MOST_ROUNDS && !left.isEmpty(); round++) {
            left.forEach(
                    stray ->
                            Signal.kill(
                                    ErrnoState.IGNORED, Math.toIntExact(stray), Signal.SIGKILL));
            left = straysOf(pid);
        }
    }

    private static List<Long> straysOf(long pid) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(process -> GuestMark.isOfJvm(process, pid))
                .toList();
    }

    @Override
    public void removeAtEnd(Path folder) throws IOException {
        EndWatch.start(pid(), folder);
    }

    @Override
    public Optional<HeldFile> hold(Path file) {
        return HeldByDescriptor.of(file);
    }

    @Override
    public void trimMemory() {
        LinuxMalloc.malloc_trim(0);
    }

    @Override
    public Optional<HostLock> lock(Path file) throws IOException, HostCallException {
        return FileLock.take(file);
    }

    @Override
    public HostLock inheritedLock() throws HostCallException {
        return FileLock.inherited(OrphanProgram.LOCK);
    }

    @Override
    public void start(OrphanProgram program, HostLock lock) throws HostCallException {
        if (!(lock instanceof FileLock ours)) {
            throw new IllegalArgumentException("the lock is not of this system");
        }
        OrphanStart.start(program, ours.descriptor());
    }
}
