package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.SysSocket.Msghdr.MSG_CONTROL;
import static dev.orcinus.bindings.posix.SysSocket.Msghdr.MSG_CONTROLLEN;
import static dev.orcinus.bindings.posix.SysSocket.Msghdr.MSG_IOV;
import static dev.orcinus.bindings.posix.SysSocket.Msghdr.MSG_IOVLEN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.SysUio.Iovec;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Receives descriptors over a Unix-domain socket, one with each byte. */
final class PassedDescriptors {
    /** The other side has closed. */
    static final int END = -1;

    /** Enough for a header and a descriptor on every system. */
    private static final long CONTROL_BYTES = 24;

    /** Enough for a {@code struct msghdr} of every system. */
    private static final long MESSAGE_BYTES = 56;

    private PassedDescriptors() {}

    /** Waits for a descriptor and returns it, or {@link #END} if none will come. */
    static int receive(DescriptorSystem system, int socket) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            MemorySegment message = message(arena, control);
            String call = "recvmsg(fd " + socket + ")";
            long count;
            do {
                count = SysSocket.recvmsg(state, socket, message, system.numbers().receiveFlags());
            } while (count < 0 && state.errno() == Errno.EINTR);
            if (count < 0) {
                throw system.failed(call, state);
            }
            if (count == 0) {
                return END;
            }
            int passed =
                    message.get(JAVA_INT, MSG_CONTROLLEN) == 0
                            ? END
                            : system.passedDescriptor(control);
            if (passed == END) {
                throw new HostCallException(call, 0, call + ": a byte without a descriptor");
            }
            return passed;
        }
    }

    private static MemorySegment message(Arena arena, MemorySegment control) {
        MemorySegment iovec = arena.allocate(Iovec.SIZEOF, Long.BYTES);
        iovec.set(JAVA_LONG, Iovec.IOV_BASE, arena.allocate(1).address());
        iovec.set(JAVA_LONG, Iovec.IOV_LEN, 1);
        MemorySegment message = arena.allocate(MESSAGE_BYTES, Long.BYTES);
        message.set(JAVA_LONG, MSG_IOV, iovec.address());
        message.set(JAVA_INT, MSG_IOVLEN, 1);
        message.set(JAVA_LONG, MSG_CONTROL, control.address());
        message.set(JAVA_INT, MSG_CONTROLLEN, (int) CONTROL_BYTES);
        return message;
    }
}
