package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxUnistd;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A pipe by which this process notices that a guest process executes another program, which the
 * descriptor of the process does not tell. The guest has the end for writing, and the kernel closes
 * it on {@code execve}, as when the process ends. Guest code may close it, too; then the process
 * has the guest's program still ({@link ExecutedProgram}), and goes on unwatched. A child that
 * guest code has forked keeps the end open: then an {@code execve} is noticed when the child has
 * ended.
 */
public final class ExecPipe {
    private final ProcessWatcher watcher;
    private final int read;
    private final int write;

    /** Its name in {@code /proc}, once that has been asked for. */
    private volatile Path name;

    /** Whether the end for reading is open; belongs to the watcher's thread. */
    private boolean isOpen = true;

    private ExecPipe(ProcessWatcher watcher, int read, int write) {
        this.watcher = watcher;
        this.read = read;
        this.write = write;
    }

    /** Makes a pipe, both ends of which this process has. */
    public static ExecPipe create() throws HostCallException {
        ProcessWatcher watcher = ProcessWatcher.shared();
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            if (LinuxUnistd.pipe2(state, ends, O_CLOEXEC) != 0) {
                throw Failure.of("pipe2", state);
            }
            int read = ends.getAtIndex(JAVA_INT, 0);
            return new ExecPipe(watcher, read, ends.getAtIndex(JAVA_INT, 1));
        }
    }

    /** Returns the end for writing, for the guest to open. */
    public SharedFile writeEnd() {
        return new SharedFile(write);
    }

    /** Leaves the end for writing to the guest, which has opened it. */
    public void closeWriteEnd() {
        Unistd.close(ErrnoState.IGNORED, write);
    }

    /**
     * Calls {@code onExec} with the name of the program that a guest process has executed. Nobody
     * is told of it where the pipe cannot be watched.
     */
    public void watch(int pid, Consumer<String> onExec) {
        watcher.watch(
                read,
                () -> {
                    closeReadEnd();
                    ExecutedProgram.of(pid).ifPresent(onExec);
                },
                () -> {});
    }

    /** Stops watching. */
    public void forget() {
        watcher.submit(
                () -> {
                    if (isOpen) {
                        watcher.stopWatching(read);
                        closeReadEnd();
                    }
                });
    }

    private void closeReadEnd() {
        isOpen = false;
        Unistd.close(ErrnoState.IGNORED, read);
    }

    /** Returns whether a descriptor of a process is an end of this pipe. */
    public boolean isEnd(int pid, int descriptor) {
        try {
            if (name == null) {
                name = link("self", read);
            }
            return link(Integer.toString(pid), descriptor).equals(name);
        } catch (IOException closedOrHidden) {
            return false;
        }
    }

    private static Path link(String process, int descriptor) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", process, "fd", "" + descriptor));
    }
}
