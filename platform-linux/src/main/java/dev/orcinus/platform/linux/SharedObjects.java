package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CREAT;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_EXCL;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.linux.SysRandom;
import dev.orcinus.bindings.linux.SysStat;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Shared-memory objects. Names are {@code /orcinus-PID-} and 128 random bits: no other process can
 * create one first, and the objects of a process that has ended can be found. glibc keeps them as
 * files in {@code /dev/shm}.
 */
public final class SharedObjects {
    private static final Path DIRECTORY = Path.of("/dev/shm");
    private static final int OWNER_ONLY = 0600;
    private static final int RANDOM_BYTES = 16;

    private SharedObjects() {}

    /**
     * An object that is mapped, and open.
     *
     * @param fd its descriptor, which the caller closes
     */
    public record OpenObject(SharedMapping mapping, int fd) {}

    /** Creates and maps an object of whole pages. */
    public static SharedMapping map(long sizeBytes) throws HostCallException {
        OpenObject object = open(sizeBytes);
        Unistd.close(ErrnoState.IGNORED, object.fd);
        return object.mapping;
    }

    /** Creates and maps an object of whole pages, and leaves it open. */
    public static OpenObject open(long sizeBytes) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            String name = "/" + prefix(Unistd.getpid()) + randomHex(arena, state);
            MemorySegment nameText = arena.allocateFrom(name);
            int fd = LinuxMman.shm_open(state, nameText, O_RDWR | O_CREAT | O_EXCL, OWNER_ONLY);
            if (fd < 0) {
                throw Failure.of("shm_open(" + name + ")", state);
            }
            try {
                AddressRange range = mapDescriptor(state, fd, sizeBytes, name);
                return new OpenObject(new SharedMapping(name, range), fd);
            } catch (HostCallException e) {
                SysMman.shm_unlink(ErrnoState.IGNORED, nameText);
                Unistd.close(ErrnoState.IGNORED, fd);
                throw e;
            }
        }
    }

    /** Removes a name; one that is gone is no error. */
    public static void unlink(String name) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            if (SysMman.shm_unlink(state, arena.allocateFrom(name)) != 0
                    && state.errno() != Errno.ENOENT) {
                throw Failure.of("shm_unlink(" + name + ")", state);
            }
        }
    }

    /** Removes the names that the process {@code pid} of this user has left. */
    static void unlinkAllOf(long pid) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(DIRECTORY, prefix(pid) + "*")) {
            for (Path file : left) {
                unlinkIfOurs(file);
            }
        } catch (IOException e) {
            // there is no /dev/shm, so no object is left there
        }
    }

    private static void unlinkIfOurs(Path file) throws IOException {
        Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner.equals(Unistd.getuid())) {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Sets the size and maps it. The umask has removed bits of the mode given to {@code shm_open},
     * so the mode is set again.
     */
    private static AddressRange mapDescriptor(ErrnoState state, int fd, long sizeBytes, String name)
            throws HostCallException {
        if (SysStat.fchmod(state, fd, OWNER_ONLY) != 0) {
            throw Failure.of("fchmod(" + name + ", 0600)", state);
        }
        String size = "0x" + Long.toHexString(sizeBytes);
        if (Unistd.ftruncate(state, fd, sizeBytes) != 0) {
            throw Failure.of("ftruncate(" + name + ", " + size + ")", state);
        }
        long start = SysMman.mmap(state, 0, sizeBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (start == MAP_FAILED) {
            throw Failure.of("mmap(" + name + ", size=" + size + ")", state);
        }
        return AddressRange.of(new ExecutorAddress(start), sizeBytes);
    }

    private static String randomHex(Arena arena, ErrnoState state) throws HostCallException {
        MemorySegment random = arena.allocate(RANDOM_BYTES);
        if (SysRandom.getrandom(state, random, RANDOM_BYTES, 0) != RANDOM_BYTES) {
            throw Failure.of("getrandom(" + RANDOM_BYTES + ")", state);
        }
        return HexFormat.of().formatHex(random.toArray(JAVA_BYTE));
    }

    /** Returns what the names of a process's objects begin with. */
    static String prefix(long pid) {
        return "orcinus-" + pid + "-";
    }
}
