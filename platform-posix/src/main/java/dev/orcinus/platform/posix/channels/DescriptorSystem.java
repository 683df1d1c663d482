package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.Fcntl.FD_CLOEXEC;
import static dev.orcinus.bindings.posix.Fcntl.F_GETFL;
import static dev.orcinus.bindings.posix.Fcntl.F_SETFD;
import static dev.orcinus.bindings.posix.Fcntl.F_SETFL;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.platform.posix.CallErrors;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.ReadWatch;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The calls on descriptors in which systems differ. A call that takes an {@link ErrnoState} returns
 * a negative number if it fails.
 */
public interface DescriptorSystem extends CallErrors {
    /** Returns the constants. */
    SocketNumbers numbers();

    /** Opens a stream socket, closed on exec. */
    int openSocket(ErrnoState state, int family);

    /** Accepts a connection, closed on exec. It may fail with {@code EAGAIN}. */
    int accept(ErrnoState state, int listener);

    /** Prepares a connected socket: to write to a peer that has gone raises no signal. */
    void prepare(int socket);

    /** Sends a pending acknowledgement of TCP, where the system can. */
    void acknowledgeNow(int socket);

    /** Writes the family, and the length where there is one, into a socket address. */
    void setFamily(MemorySegment address, int family);

    /** Reads the family of a socket address. */
    int family(MemorySegment address);

    /** Returns the user at the other end of a Unix-domain socket. */
    OptionalInt userOfUnixPeer(int socket);

    /**
     * Returns the owner of the socket of this machine that is bound to {@code peer} and connected
     * to {@code local}.
     */
    OptionalInt userOfTcpPeer(InetSocketAddress peer, InetSocketAddress local);

    /** Calls {@code fcntl} with an {@code int}. */
    int fcntl(ErrnoState state, int descriptor, int command, int argument);

    /** Marks a descriptor as closed on exec. */
    default int closeOnExec(ErrnoState state, int descriptor) {
        return fcntl(state, descriptor, F_SETFD, FD_CLOEXEC);
    }

    /** Duplicates a descriptor to one not below {@code least}, closed on exec. */
    default int duplicate(ErrnoState state, int descriptor, int least) {
        return fcntl(state, descriptor, numbers().duplicate(), least);
    }

    /** Makes calls on a descriptor return instead of waiting. */
    default int doNotBlock(ErrnoState state, int descriptor) {
        int flags = fcntl(state, descriptor, F_GETFL, 0);
        return fcntl(state, descriptor, F_SETFL, flags | numbers().nonBlocking());
    }

    /** Opens a file, {@code flags} being {@code O_RDONLY} or {@code O_RDWR}. */
    int open(ErrnoState state, MemorySegment path, int flags);

    /** Makes a pipe hold as much as it may, where the system can. */
    void enlarge(int pipe);

    /** Opens what ends waits. */
    WakeUp openWakeUp() throws HostCallException;

    /**
     * Opens a watch over what there is to read, where the system has one.
     *
     * @param interrupt a descriptor that ends the wait when it can be read; negative for none
     */
    default Optional<ReadWatch> openWatch(int readFrom, int interrupt) {
        return Optional.empty();
    }

    /** A descriptor that can be read once {@link #wake} has been called. */
    interface WakeUp extends AutoCloseable {
        /** Returns the descriptor to wait for. */
        int descriptor();

        /** Makes it readable, for ever. */
        void wake();

        @Override
        void close();
    }
}
