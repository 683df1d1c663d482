package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.HostCallException;
import java.net.SocketAddress;

/**
 * Channels and listeners over descriptors. Java has no API for inherited descriptors, and for
 * reading without blocking on them.
 */
public interface HostChannels {
    /**
     * Takes over two inherited descriptors of pipes or sockets, which may be the same one. They are
     * closed on exec from now on. If that fails, those that are open are closed; when the first one
     * is not, the second one stays as it is.
     *
     * @throws HostCallException if one of them is not open, or nothing can be read or written there
     */
    default HostChannel inherit(int in, int out) throws HostCallException {
        return inherit(in, out, in, out);
    }

    /**
     * Takes over two descriptors as {@link #inherit(int, int)} does, which another process has sent
     * to this one.
     *
     * @param thereIn the number of the first one in that process, which messages name
     * @param thereOut the number of the second one there
     */
    HostChannel inherit(int in, int out, int thereIn, int thereOut) throws HostCallException;

    /**
     * Binds a stream socket and listens.
     *
     * @param address an {@link java.net.InetSocketAddress} for TCP, whose port 0 picks one; or a
     *     {@link java.net.UnixDomainSocketAddress}, whose file is created with mode 0600 and
     *     removed at {@link Listener#close}. If the file is a socket of this user to which nobody
     *     listens any more, it is replaced
     */
    Listener listen(SocketAddress address) throws HostCallException;

    /**
     * Connects a stream socket, which is closed on exec; for TCP, with Nagle's algorithm off.
     *
     * @param address of one of the types of {@link #listen}
     */
    HostChannel connect(SocketAddress address) throws HostCallException;

    /** A listening socket. */
    interface Listener extends AutoCloseable {
        /** Returns the address that it listens on, with the real port. */
        SocketAddress address();

        /**
         * Waits for a connection. The accepted socket has Nagle's algorithm off and is closed on
         * exec.
         *
         * @return the connection, or null once the listener is closed
         */
        HostChannel accept() throws HostCallException;

        /** Stops listening and releases a thread that waits in {@link #accept}. */
        @Override
        void close();
    }
}
