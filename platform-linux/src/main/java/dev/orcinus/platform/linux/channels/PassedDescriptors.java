package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.SysSocket.Cmsghdr.CMSG_LEN;
import static dev.orcinus.bindings.linux.SysSocket.Cmsghdr.CMSG_LEVEL;
import static dev.orcinus.bindings.linux.SysSocket.Cmsghdr.CMSG_TYPE;
import static dev.orcinus.bindings.linux.SysSocket.MSG_CMSG_CLOEXEC;
import static dev.orcinus.bindings.linux.SysSocket.Msghdr.MSG_CONTROL;
import static dev.orcinus.bindings.linux.SysSocket.Msghdr.MSG_CONTROLLEN;
import static dev.orcinus.bindings.linux.SysSocket.Msghdr.MSG_IOV;
import static dev.orcinus.bindings.linux.SysSocket.Msghdr.MSG_IOVLEN;
import static dev.orcinus.bindings.linux.SysSocket.SCM_RIGHTS;
import static dev.orcinus.bindings.linux.SysSocket.SOL_SOCKET;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.Errno;
import dev.orcinus.bindings.linux.SysSocket;
import dev.orcinus.bindings.linux.SysSocket.Cmsghdr;
import dev.orcinus.bindings.linux.SysSocket.Msghdr;
import dev.orcinus.bindings.linux.SysUio.Iovec;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Receives descriptors over a Unix-domain socket, one with each byte. */
final class PassedDescriptors {
    /** The other side has closed. */
    static final int END = -1;

    private static final long CONTROL_BYTES = Cmsghdr.SIZEOF + Long.BYTES;

    private PassedDescriptors() {}

    /** Waits for a descriptor and returns it, or {@link #END} if none will come. */
    static int receive(int socket) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            MemorySegment message = message(arena, control);
            String call = "recvmsg(fd " + socket + ")";
            long count;
            do {
                count = SysSocket.recvmsg(state, socket, message, MSG_CMSG_CLOEXEC);
            } while (count < 0 && state.errno() == Errno.EINTR);
            if (count < 0) {
                throw Failure.of(call, state);
            }
            if (count == 0) {
                return END;
            }
            if (message.get(JAVA_LONG, MSG_CONTROLLEN) == 0 || !holdsDescriptor(control)) {
                throw new HostCallException(call, 0, call + ": a byte without a descriptor");
            }
            return control.get(JAVA_INT, Cmsghdr.SIZEOF);
        }
    }

    private static MemorySegment message(Arena arena, MemorySegment control) {
        MemorySegment iovec = arena.allocate(Iovec.SIZEOF, Long.BYTES);
        iovec.set(JAVA_LONG, Iovec.IOV_BASE, arena.allocate(1).address());
        iovec.set(JAVA_LONG, Iovec.IOV_LEN, 1);
        MemorySegment message = arena.allocate(Msghdr.SIZEOF, Long.BYTES);
        message.set(JAVA_LONG, MSG_IOV, iovec.address());
        message.set(JAVA_LONG, MSG_IOVLEN, 1);
        message.set(JAVA_LONG, MSG_CONTROL, control.address());
        message.set(JAVA_LONG, MSG_CONTROLLEN, control.byteSize());
        return message;
    }

    private static boolean holdsDescriptor(MemorySegment control) {
        return control.get(JAVA_INT, CMSG_LEVEL) == SOL_SOCKET
                && control.get(JAVA_INT, CMSG_TYPE) == SCM_RIGHTS
                && control.get(JAVA_LONG, CMSG_LEN) == Cmsghdr.SIZEOF + Integer.BYTES;
    }
}
