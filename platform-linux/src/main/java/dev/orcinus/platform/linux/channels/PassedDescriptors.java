package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.LinuxSocket.MSG_CMSG_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxSocket.MSG_DONTWAIT;
import static dev.orcinus.bindings.linux.LinuxSocket.MSG_NOSIGNAL;
import static dev.orcinus.bindings.linux.LinuxSocket.SCM_RIGHTS;
import static dev.orcinus.bindings.linux.LinuxSocket.SOL_SOCKET;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxSocket.Cmsghdr;
import dev.orcinus.bindings.linux.LinuxSocket.Msghdr;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.SysUio;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Messages on Unix-domain sockets that bring descriptors along. It has no state. */
public final class PassedDescriptors {
    private static final int MOST = 8;
    private static final long CONTROL_BYTES = Cmsghdr.SIZEOF + (long) MOST * Integer.BYTES;

    private PassedDescriptors() {}

    /**
     * Sends bytes with a descriptor. The socket has to have room for them.
     *
     * @param content native memory
     */
    public static void send(int socket, MemorySegment content, int descriptor)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            long controlBytes = Cmsghdr.SIZEOF + Long.BYTES;
            MemorySegment control = arena.allocate(controlBytes, Long.BYTES);
            control.set(JAVA_LONG, Cmsghdr.CMSG_LEN, Cmsghdr.SIZEOF + Integer.BYTES);
            control.set(JAVA_INT, Cmsghdr.CMSG_LEVEL, SOL_SOCKET);
            control.set(JAVA_INT, Cmsghdr.CMSG_TYPE, SCM_RIGHTS);
            control.set(JAVA_INT, Cmsghdr.SIZEOF, descriptor);
            MemorySegment message = message(arena, content, control);
            long sent = SysSocket.sendmsg(state, socket, message, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent != content.byteSize()) {
                throw Failure.of("sendmsg(a descriptor)", state);
            }
        }
    }

    /**
     * Receives what is there, and descriptors, which are closed on exec.
     *
     * @param content native memory
     * @param descriptors gets them
     * @return how many bytes have come; 0 at the end of the stream
     */
    public static long receive(int socket, MemorySegment content, List<Integer> descriptors)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            MemorySegment message = message(arena, content, control);
            int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
            long received = SysSocket.recvmsg(state, socket, message, flags);
            if (received < 0) {
                throw Failure.of("recvmsg(descriptors)", state);
            }
            if (message.get(JAVA_LONG, Msghdr.MSG_CONTROLLEN) > Cmsghdr.SIZEOF) {
                descriptors.addAll(descriptors(control));
            }
            return received;
        }
    }

    private static List<Integer> descriptors(MemorySegment control) {
        List<Integer> all = new ArrayList<>();
        long end = control.get(JAVA_LONG, Cmsghdr.CMSG_LEN);
        for (long at = Cmsghdr.SIZEOF; at < end; at += Integer.BYTES) {
            all.add(control.get(JAVA_INT, at));
        }
        return all;
    }

    private static MemorySegment message(
            Arena arena, MemorySegment content, MemorySegment control) {
        MemorySegment iovec = arena.allocate(SysUio.Iovec.SIZEOF, Long.BYTES);
        iovec.set(JAVA_LONG, SysUio.Iovec.IOV_BASE, content.address());
        iovec.set(JAVA_LONG, SysUio.Iovec.IOV_LEN, content.byteSize());
        MemorySegment message = arena.allocate(Msghdr.SIZEOF, Long.BYTES);
        message.set(JAVA_LONG, Msghdr.MSG_IOV, iovec.address());
        message.set(JAVA_LONG, Msghdr.MSG_IOVLEN, 1);
        message.set(JAVA_LONG, Msghdr.MSG_CONTROL, control.address());
        message.set(JAVA_LONG, Msghdr.MSG_CONTROLLEN, control.byteSize());
        return message;
    }
}
