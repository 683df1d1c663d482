package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.SysSocket.AF_UNIX;
import static dev.orcinus.bindings.posix.SysSocket.SOCK_DGRAM;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of a Unix-domain socket that this process has bound.
 *
 * @param path the file
 * @param key identifies the file while it exists
 */
record SocketFile(Path path, Object key) {
    private static final String OWNER_ONLY = "rw-------";

    /** Lets the owner only connect to a socket that has just been bound. */
    static SocketFile ofOwner(Path path) throws HostCallException {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(OWNER_ONLY));
            return new SocketFile(path, read(path).fileKey());
        } catch (IOException e) {
            throw new HostCallException("chmod", 0, path + ": " + e);
        }
    }

    /**
     * Removes a file if it is a socket of this user to which nobody listens. A process that was
     * killed has left it.
     */
    static void removeIfAbandoned(DescriptorSystem system, Path path) throws HostCallException {
        try {
            if (isOurSocket(path) && isUnbound(system, path)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // there is none, as usual
        } catch (IOException e) {
            throw new HostCallException("unlink", 0, path + ": " + e);
        }
    }

    private static BasicFileAttributes read(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns whether it is a socket, not a file or a link, and belongs to this user. */
    private static boolean isOurSocket(Path path) throws IOException {
        Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return read(path).isOther() && owner.equals(Unistd.getuid());
    }

    /**
     * Returns whether no process has bound the socket any more. It asks with a socket of another
     * type, which disturbs nobody who listens, because it cannot be connected to them.
     */
    private static boolean isUnbound(DescriptorSystem system, Path path) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd = SysSocket.socket(state, AF_UNIX, SOCK_DGRAM, 0);
            if (fd < 0) {
                throw system.failed("socket()", state);
            }
            try {
                system.closeOnExec(state, fd);
                MemorySegment address =
                        new SocketAddresses(system).encode(arena, UnixDomainSocketAddress.of(path));
                int failed = SysSocket.connect(state, fd, address, (int) address.byteSize());
                return failed != 0 && state.errno() == system.numbers().connectionRefused();
            } finally {
                Unistd.close(ErrnoState.IGNORED, fd);
            }
        }
    }

    /** Removes the file, if it is still the same one. */
    void remove() {
        try {
            BasicFileAttributes now = read(path);
            if (key.equals(now.fileKey())) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // somebody else has removed it, or the folder
        }
    }
}
