package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.HostCallException;
import java.net.InetSocketAddress;

/**
 * Channels and listeners over descriptors. Java has no API for inherited descriptors, and for
 * reading without blocking on them.
 */
public interface HostChannels {
    /**
     * Takes over two inherited descriptors of pipes or sockets, which may be the same one. They are
     * closed on exec from now on.
     *
     * @throws HostCallException if one of them is not open
     */
    HostChannel inherit(int in, int out) throws HostCallException;

    /** Binds a TCP socket and listens. Port 0 picks one. */
    Listener listen(InetSocketAddress address) throws HostCallException;

    /** Connects a TCP socket, with Nagle's algorithm off, which is closed on exec. */
    HostChannel connect(InetSocketAddress address) throws HostCallException;

    /** A listening TCP socket. */
    interface Listener extends AutoCloseable {
        /** Returns the address that it listens on, with the real port. */
        InetSocketAddress address();

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
