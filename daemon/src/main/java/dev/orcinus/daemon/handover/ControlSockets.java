package dev.orcinus.daemon.handover;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private final POSIX posix = POSIXFactory.getNativePOSIX();

    /** Loads JNR-POSIX. */
    public ControlSockets() {}

    /** Returns two connected sockets, which are closed on exec. */
    public int[] pair() throws IOException {
        int[] ends = new int[2];
        if (posix.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
            throw failed("socketpair");
        }
        return ends;
    }

    /** Sends {@code descriptor}, with one byte, over a socket. */
    public void sendDescriptor(int socket, int descriptor, byte with) throws IOException {
        MsgHdr message = posix.allocateMsgHdr();
        message.setIov(new ByteBuffer[] {direct(Byte.BYTES).put(0, with)});
        CmsgHdr control = message.allocateControl(Integer.BYTES);
        control.setLevel(SOL_SOCKET);
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
