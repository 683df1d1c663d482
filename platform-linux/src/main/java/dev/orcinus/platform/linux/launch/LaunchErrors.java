package dev.orcinus.platform.linux.launch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Poll;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.StatFile;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The standard error of a process that has started a launcher. Nobody may read it, so a thread that
 * writes waits for room without a lock, and no longer than the process lives or {@link #letGo} is
 * called. The object's lock guards the descriptor, which the last thread that uses it closes.
 */
final class LaunchErrors extends OutputStream {
    /** A pipe that has room for anything has room for that ({@code PIPE_BUF}). */
    private static final int MOST_AT_ONCE = 4096;

    private static final int CHECK_MILLIS = 50;

    private final int descriptor;
    private final int pid;
    private int writers;
    private boolean isLetGo;

    /**
     * Takes over a descriptor.
     *
     * @param pid the process id of the launcher
     */
    LaunchErrors(int descriptor, int pid) {
        this.descriptor = descriptor;
        this.pid = pid;
    }

    synchronized boolean isTerminal() {
        return !isLetGo && Unistd.isatty(descriptor) == 1;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Writes bytes, unless nobody reads them. */
    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (!begin()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(Math.max(1, length));
            MemorySegment.copy(bytes, offset, text, JAVA_BYTE, 0, length);
            long at = 0;
            long written = 0;
            while (at < length && written >= 0 && awaitRoom(arena)) {
                long count = Math.min(MOST_AT_ONCE, length - at);
                written = Unistd.write(ErrnoState.IGNORED, descriptor, text.asSlice(at), count);
                at += written;
            }
        } finally {
            end();
        }
    }

    /** Returns false if nobody wants to know any more. */
    private boolean awaitRoom(Arena arena) {
        MemorySegment entry = arena.allocate(Poll.Pollfd.SIZEOF, Long.BYTES);
        entry.set(JAVA_INT, Poll.Pollfd.FD, descriptor);
        entry.set(JAVA_SHORT, Poll.Pollfd.EVENTS, (short) Poll.POLLOUT);
        while (Poll.poll(ErrnoState.IGNORED, entry, 1, CHECK_MILLIS) <= 0) {
            if (isLetGo() || StatFile.hasEnded(pid)) {
                return false;
            }
        }
        return true;
    }

    private synchronized boolean isLetGo() {
        return isLetGo;
    }

    private synchronized boolean begin() {
        if (isLetGo) {
            return false;
        }
        writers++;
        return true;
    }

    private synchronized void end() {
        writers--;
        if (isLetGo && writers == 0) {
            Unistd.close(ErrnoState.IGNORED, descriptor);
        }
    }

    /** Writes no more, and closes the descriptor as soon as no thread uses it. */
    synchronized void letGo() {
        if (!isLetGo) {
            isLetGo = true;
            if (writers == 0) {
                Unistd.close(ErrnoState.IGNORED, descriptor);
            }
        }
    }
}
