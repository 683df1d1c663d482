package dev.orcinus.daemon.handover;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.constants.platform.Fcntl;
import jnr.constants.platform.SocketLevel;
import jnr.posix.CmsgHdr;
import jnr.posix.MsgHdr;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * Unix-domain sockets that carry descriptors to another process, through JNR-POSIX. Thread-safe.
 */
public final class ControlSockets {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int FD_CLOEXEC = 1;
    private static final int SCM_RIGHTS = 1;

    /** A type of Linux; other systems refuse it. */
    private static final int SOCK_CLOEXEC = 0x80000;

    private final POSIX posix = POSIXFactory.getNativePOSIX();

    /** Loads JNR-POSIX. */
    public ControlSockets() {}

    /** Returns two connected sockets, which are closed on exec. */
    public int[] pair() throws IOException {
        int[] ends = new int[2];
        if (posix.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
            return ends;
        }
        if (posix.socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
            throw failed("socketpair");
        }
        for (int end : ends) {
            posix.fcntlInt(end, Fcntl.F_SETFD, FD_CLOEXEC);
        }
        return ends;
    }

    /** Sends {@code descriptor}, with one byte, over a socket. */
    public void sendDescriptor(int socket, int descriptor, byte with) throws IOException {
        MsgHdr message = posix.allocateMsgHdr();
        message.setIov(new ByteBuffer[] {direct(Byte.BYTES).put(0, with)});
        CmsgHdr control = message.allocateControl(Integer.BYTES);
        control.setLevel(SocketLevel.SOL_SOCKET.intValue());
        control.setType(SCM_RIGHTS);
        control.setData(direct(Integer.BYTES).putInt(0, descriptor));
        if (posix.sendmsg(socket, message, 0) < 0) {
            throw failed("sendmsg");
        }
    }

    private static ByteBuffer direct(int sizeBytes) {
        return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
    }

    /** Closes a descriptor. */
    public void close(int descriptor) {
        posix.close(descriptor);
    }

    private IOException failed(String call) {
        return new IOException(call + ": " + posix.strerror(posix.errno()));
    }
}
