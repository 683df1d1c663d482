package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.SysSocket.SOCK_CLOEXEC;
import static dev.orcinus.bindings.linux.SysSocket.SOCK_STREAM;
import static dev.orcinus.bindings.linux.SysSocket.SOL_SOCKET;
import static dev.orcinus.bindings.linux.SysSocket.SO_TYPE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysSocket;
import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** Channels and listeners over descriptors of Linux. */
public final class LinuxChannels implements HostChannels {
    /** Holds no channels itself. */
    public LinuxChannels() {}

    @Override
    public HostChannel inherit(int in, int out) throws HostCallException {
        int ownIn = InheritedDescriptors.takeOver(in);
        if (in == out && isSocket(ownIn)) {
            return new LinuxSocket(ownIn);
        }
        return new LinuxPipes(ownIn, in == out ? ownIn : InheritedDescriptors.takeOver(out));
    }

    @Override
    public Listener listen(InetSocketAddress address) throws HostCallException {
        return LinuxListener.open(address);
    }

    @Override
    public HostChannel connect(InetSocketAddress address) throws HostCallException {
        if (address.isUnresolved()) {
            throw new HostCallException("connect", 0, "unknown host " + address.getHostString());
        }
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int family = SocketAddresses.family(address.getAddress());
            int fd = SysSocket.socket(state, family, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (fd < 0) {
                throw Failure.of("socket()", state);
            }
            MemorySegment encoded = SocketAddresses.encode(arena, address);
            if (SysSocket.connect(state, fd, encoded, (int) encoded.byteSize()) != 0) {
                Unistd.close(ErrnoState.IGNORED, fd);
                throw Failure.of("connect(" + SocketAddresses.text(address) + ")", state);
            }
            return new LinuxSocket(fd);
        }
    }

    @Override
    public HostChannel receive(int socket) throws HostCallException {
        int fd = PassedDescriptors.receive(socket);
        return fd == PassedDescriptors.END ? null : new LinuxSocket(fd);
    }

    private static boolean isSocket(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment type = arena.allocate(JAVA_INT);
            MemorySegment size = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            return SysSocket.getsockopt(ErrnoState.IGNORED, fd, SOL_SOCKET, SO_TYPE, type, size)
                    == 0;
        }
    }
}
