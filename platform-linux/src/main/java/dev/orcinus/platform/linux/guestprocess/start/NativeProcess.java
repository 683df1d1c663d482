package dev.orcinus.platform.linux.guestprocess.start;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.bindings.linux.LinuxUnistd;
import dev.orcinus.bindings.linux.SysWait;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Poll;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A process and the descriptor that stands for it: a process id alone may come to mean another
 * process. Where the system has no such descriptors (Linux before 5.3, some sandboxes), the id has
 * to do, which stays taken until the process is reaped.
 *
 * @param pid the process id
 * @param pidfd becomes readable when the process ends; negative if there is none
 */
public record NativeProcess(int pid, int pidfd) {
    private static final int PIDFD_OPEN = 434;
    private static final int PIDFD_SEND_SIGNAL = 424;
    private static final int SIGNAL_BITS = 0x7f;

    /** Returns a process that has not been reaped. */
    public static NativeProcess of(int pid) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int pidfd = (int) LinuxUnistd.syscall(state, PIDFD_OPEN, pid, 0, 0, 0, 0);
            if (pidfd < 0 && !isForbidden(state.errno())) {
                throw Failure.of("pidfd_open(" + pid + ")", state);
            }
            return new NativeProcess(pid, pidfd);
        }
    }

    /**
     * Returns the same process with a descriptor of its own, which has not been closed.
     *
     * @throws HostCallException if it has ended: its number may be another's
     */
    public NativeProcess again() throws HostCallException {
        NativeProcess found = of(pid);
        if (hasEnded()) {
            found.forget();
            throw gone();
        }
        return found;
    }

    /** Returns what is thrown when a process is wanted that has ended. */
    public static HostCallException gone() {
        return new HostCallException("pidfd_open", 0, "the process has ended");
    }

    private static boolean isForbidden(int errno) {
        return errno == LinuxErrno.ENOSYS || errno == Errno.EPERM || errno == Errno.EACCES;
    }

    /** Calls {@code onEnd} on the watcher's thread when the process has ended. */
    public void watch(Consumer<NativeProcess> onEnd) throws HostCallException {
        ProcessWatcher watcher = ProcessWatcher.shared();
        Runnable end = () -> onEnd.accept(this);
        if (pidfd < 0) {
            watcher.watchProcess(pid, end);
        } else {
            watcher.watch(pidfd, end, () -> watcher.watchProcess(pid, end));
        }
    }

    /**
     * Starts a thread that serves the end of a process, on the watcher's thread. If the system has
     * none left, {@code otherwise} is run on one that all ends share.
     */
    public static void startOr(Runnable start, Runnable otherwise) {
        ProcessWatcher.startOr(start, otherwise);
    }

    /**
     * Starts a thread for what follows from the end of a process. If the system has none left,
     * {@code retry} is run a moment later.
     */
    public static void startOrRetry(Runnable start, Runnable retry) {
        ProcessWatcher.startOrRetry(start, retry);
    }

    /** Returns whether the process has ended. It has not been reaped. */
    public boolean hasEnded() {
        return pidfd < 0 ? StatFile.hasEnded(pid) : hasEnded(0);
    }

    private boolean hasEnded(int waitMillis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = arena.allocate(Poll.Pollfd.SIZEOF, Long.BYTES);
            entry.set(JAVA_INT, Poll.Pollfd.FD, pidfd);
            entry.set(JAVA_SHORT, Poll.Pollfd.EVENTS, (short) Poll.POLLIN);
            return Poll.poll(ErrnoState.IGNORED, entry, 1, waitMillis) == 1;
        }
    }

    /** Waits for the end of the process, but no longer than {@code limit}. */
    public void awaitEnd(Duration limit) {
        if (pidfd >= 0) {
            var _ = hasEnded((int) limit.toMillis());
        }
    }

    /** Ends the process at once. It has not been reaped. */
    public void kill() {
        if (pidfd < 0) {
            Signal.kill(ErrnoState.IGNORED, pid, Signal.SIGKILL);
            return;
        }
        LinuxUnistd.syscall(ErrnoState.IGNORED, PIDFD_SEND_SIGNAL, pidfd, Signal.SIGKILL, 0, 0, 0);
    }

    /** Ends the processes of the group that the process leads. */
    public void killGroup() {
        Signal.kill(ErrnoState.IGNORED, -pid, Signal.SIGKILL);
    }

    /** Waits for the end of the process, which is a child of this one, and returns its status. */
    public int reap() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            int reaped = SysWait.waitpid(ErrnoState.IGNORED, pid, status, 0);
            return reaped == pid ? status.get(JAVA_INT, 0) : -1;
        }
    }

    /** Returns what a status of {@code waitpid} says. */
    public static GuestEnd end(int status) {
        if (status < 0) {
            return new GuestEnd.Lost("somebody else knows its status");
        }
        return (status & SIGNAL_BITS) == 0
                ? new GuestEnd.Exited(status >> Byte.SIZE & 0xff)
                : new GuestEnd.Crashed(status & SIGNAL_BITS, ExecutorAddress.NULL);
    }

    /** Closes the descriptor. */
    public void forget() {
        if (pidfd >= 0) {
            Unistd.close(ErrnoState.IGNORED, pidfd);
        }
    }

    /**
     * {@inheritDoc} Written out, because Java generates that of a record when it is used for the
     * first time, which takes some milliseconds of a start.
     */
    @Override
    public int hashCode() {
        return 31 * pid + pidfd;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NativeProcess process
                && pid == process.pid
                && pidfd == process.pidfd;
    }
}
