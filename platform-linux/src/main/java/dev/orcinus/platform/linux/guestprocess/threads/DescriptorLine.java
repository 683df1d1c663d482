package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.linux.LinuxSocket.MSG_CMSG_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxSocket.MSG_DONTWAIT;
import static dev.orcinus.bindings.linux.LinuxSocket.SOCK_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxSocket.SOCK_SEQPACKET;
import static dev.orcinus.bindings.posix.SysSocket.AF_UNIX;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.bindings.linux.LinuxSocket.Cmsghdr;
import dev.orcinus.bindings.linux.LinuxSocket.Msghdr;
import dev.orcinus.bindings.linux.LinuxUnistd;
import dev.orcinus.bindings.posix.SysUio;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.channels.PassedDescriptors;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pair of sockets by which descriptors of this process come to a guest. A guest whose code is
 * restricted may not open files of other processes by {@code /proc}. The guest makes the pair, and
 * this process takes one end of it. Copies of the guest have its end as well. Many threads may use
 * it; its lock guards it.
 */
final class DescriptorLine implements AutoCloseable {
    private static final int PIDFD_GETFD = 438;
    private static final long CONTROL_BYTES = 24; // CMSG_SPACE of one descriptor
    private static final long CONTROL_LENGTH = Cmsghdr.SIZEOF + Integer.BYTES;

    private int here = -1;
    private volatile int there = -1;
    private boolean isClosed;

    /** Whether a descriptor may lie in the line, because a guest has ended before it took it. */
    private boolean isUncertain;

    /** A line that is not open. */
    DescriptorLine() {}

    /** Returns whether descriptors come by this line. */
    boolean isOpen() {
        return there >= 0;
    }

    /**
     * Opens the line.
     *
     * @param main a thread of the guest
     * @param pidfd stands for the guest; negative if nothing does
     */
    synchronized void open(NativeThread main, int pidfd) throws HostCallException {
        int[] ends = new int[2];
        try (ThreadScratch scratch = main.scratch()) {
            ExecutorAddress at = scratch.zeros(Long.BYTES);
            int type = SOCK_SEQPACKET | SOCK_CLOEXEC;
            if ((int) main.call(Libc.SOCKETPAIR, AF_UNIX, type, 0, at.value()) != 0) {
                throw Failure.of("socketpair in the guest", main.errno());
            }
            scratch.get(at, MemorySegment.ofArray(ends));
        }
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int taken = (int) LinuxUnistd.syscall(state, PIDFD_GETFD, pidfd, ends[0], 0, 0, 0);
            if (taken < 0) {
                throw Failure.of("pidfd_getfd(a socket of the guest)", state);
            }
            here = taken;
        }
        main.call(Libc.CLOSE, ends[0]);
        there = GuestDescriptor.raise(main, ends[1]);
    }

    /**
     * Brings a descriptor to the guest.
     *
     * @return the guest's own descriptor, which is closed on exec
     */
    synchronized int pass(NativeThread thread, int descriptor) throws HostCallException {
        if (isClosed) {
            throw new HostCallException("sendmsg", 0, "the guest has been closed");
        }
        if (isUncertain) {
            drain(thread);
        }
        isUncertain = true;
        send(descriptor);
        int passed = receive(thread);
        isUncertain = false;
        return passed;
    }

    /** Takes what lies in the line. */
    private void drain(NativeThread thread) throws HostCallException {
        MemorySegment control = words(CONTROL_BYTES);
        while (isReceived(thread, control)) {
            if (control.get(JAVA_LONG, Cmsghdr.CMSG_LEN) == CONTROL_LENGTH) {
                thread.call(Libc.CLOSE, control.get(JAVA_INT, Cmsghdr.SIZEOF));
            }
        }
    }

    private void send(int descriptor) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            PassedDescriptors.send(here, arena.allocate(1), descriptor);
        }
    }

    /** Fills structures, whose addresses may be those of another process. */
    private static void fill(
            MemorySegment message,
            MemorySegment iovec,
            long iovecAddress,
            long content,
            long control) {
        iovec.set(JAVA_LONG, SysUio.Iovec.IOV_BASE, content);
        iovec.set(JAVA_LONG, SysUio.Iovec.IOV_LEN, 1);
        message.set(JAVA_LONG, Msghdr.MSG_IOV, iovecAddress);
        message.set(JAVA_LONG, Msghdr.MSG_IOVLEN, 1);
        message.set(JAVA_LONG, Msghdr.MSG_CONTROL, control);
        message.set(JAVA_LONG, Msghdr.MSG_CONTROLLEN, CONTROL_BYTES);
    }

    private int receive(NativeThread thread) throws HostCallException {
        MemorySegment control = words(CONTROL_BYTES);
        if (!isReceived(thread, control)) {
            throw Failure.of("recvmsg(a descriptor) in the guest", LinuxErrno.EAGAIN);
        }
        if (control.get(JAVA_LONG, Cmsghdr.CMSG_LEN) != CONTROL_LENGTH) {
            throw new HostCallException(
                    "recvmsg", 0, "the guest can open no more files, or has used a socket of ours");
        }
        return control.get(JAVA_INT, Cmsghdr.SIZEOF);
    }

    /** Returns whether there was something to receive. */
    private boolean isReceived(NativeThread thread, MemorySegment control)
            throws HostCallException {
        MemorySegment message = words(Msghdr.SIZEOF);
        MemorySegment iovec = words(SysUio.Iovec.SIZEOF);
        try (ThreadScratch scratch = thread.scratch()) {
            ExecutorAddress controlThere = scratch.zeros((int) CONTROL_BYTES);
            long content = scratch.zeros(Long.BYTES).value();
            long iovecThere = scratch.zeros((int) SysUio.Iovec.SIZEOF).value();
            fill(message, iovec, iovecThere, content, controlThere.value());
            scratch.set(new ExecutorAddress(iovecThere), iovec);
            long messageThere = scratch.put(message).value();
            int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
            int received = (int) thread.call(Libc.RECVMSG, there, messageThere, flags);
            if (received < 0 && thread.errno() == LinuxErrno.EAGAIN) {
                return false;
            }
            if (received != 1) {
                throw Failure.of("recvmsg(a descriptor) in the guest", thread.errno());
            }
            scratch.get(controlThere, control);
            return true;
        }
    }

    private static MemorySegment words(long sizeBytes) {
        return MemorySegment.ofArray(new long[(int) (sizeBytes / Long.BYTES)]);
    }

    /** Closes this process's end. */
    @Override
    public synchronized void close() {
        isClosed = true;
        if (here >= 0) {
            Unistd.close(ErrnoState.IGNORED, here);
            here = -1;
        }
    }
}
