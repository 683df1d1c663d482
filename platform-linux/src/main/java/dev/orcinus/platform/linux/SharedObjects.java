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
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shared-memory objects. Names are {@code /orcinus-PID-} and 128 random bits: no other process can
 * create one first, and the objects of a process that has ended can be found. glibc keeps them as
 * files in {@code /dev/shm}.
 */
public final class SharedObjects {
    private static final Path DIRECTORY = Path.of("/dev/shm");
    private static final int OWNER_ONLY = 0600;
    private static final int RANDOM_BYTES = 16;

    /**
     * The age at which a name without its process is taken for abandoned. A controller opens an
     * object within moments, so whoever sees no processes but its own takes nothing from others.
     */
    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private static final Pattern NAME = Pattern.compile("orcinus-(?<pid>\\d+)-.*");

    private static final AtomicBoolean HAS_LOOKED = new AtomicBoolean();

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
        if (HAS_LOOKED.compareAndSet(false, true)) {
            unlinkAbandoned();
        }
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

    /**
     * Removes the names that killed processes of this user have left. This process's id may have
     * been another's: a name with it that is older than the first object is not its own.
     */
    static void unlinkAbandoned() {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DIRECTORY, "orcinus-*")) {
            for (Path file : all) {
                if (isAbandoned(file)) {
                    unlinkIfOurs(file);
                }
            }
        } catch (IOException e) {
            // another process has removed one, or there is no /dev/shm
        }
    }

    private static boolean isAbandoned(Path file) throws IOException {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            return false;
        }
        Instant changed = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        return changed.isBefore(Instant.now().minus(ABANDONED)) && isOfNobody(name.group("pid"));
    }

    private static boolean isOfNobody(String pid) {
        return pid.equals(Integer.toString(Unistd.getpid()))
                || !Files.exists(Path.of("/proc", pid));
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
