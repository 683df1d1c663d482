package dev.orcinus.platform.posix.channels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;

/** Channels and listeners over descriptors. */
public final class PosixChannels implements HostChannels {
    private final DescriptorSystem system;

    /**
     * Holds no channels itself.
     *
     * @param system the calls in which systems differ
     */
    public PosixChannels(DescriptorSystem system) {
        this.system = system;
    }

    @Override
    public HostChannel inherit(int in, int out, int thereIn, int thereOut)
            throws HostCallException {
        InheritedDescriptors descriptors = new InheritedDescriptors(system);
        try {
            int ownIn = descriptors.takeOver(in, thereIn);
            if (in == out && isSocket(ownIn)) {
                return new PosixSocket(system, ownIn, "socket " + thereIn);
            }
            return new PosixPipes(
                    system,
                    ownIn,
                    in == out ? ownIn : descriptors.takeOver(out, thereOut),
                    thereIn,
                    thereOut);
        } catch (HostCallException | RuntimeException | Error e) {
            descriptors.close();
            throw e;
        }
    }

    @Override
    public Listener listen(SocketAddress address) throws HostCallException {
        return PosixListener.open(system, address);
    }

    @Override
    public HostChannel connect(SocketAddress address) throws HostCallException {
        SocketAddresses.require("connect", address);
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            SocketAddresses addresses = new SocketAddresses(system);
            int fd = system.openSocket(state, addresses.family(address));
            if (fd < 0) {
                throw system.failed("socket()", state);
            }
            MemorySegment encoded = addresses.encode(arena, address);
            if (SysSocket.connect(state, fd, encoded, (int) encoded.byteSize()) != 0) {
                Unistd.close(ErrnoState.IGNORED, fd);
                throw system.failed("connect(" + SocketAddresses.text(address) + ")", state);
            }
            return new PosixSocket(system, fd);
        }
    }

    private boolean isSocket(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment type = arena.allocate(JAVA_INT);
            MemorySegment size = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            SocketNumbers n = system.numbers();
            return SysSocket.getsockopt(
                            ErrnoState.IGNORED, fd, n.socketLevel(), n.socketType(), type, size)
                    == 0;
        }
    }
}
