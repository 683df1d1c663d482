package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.linux.LinuxFcntl.AT_EMPTY_PATH;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.linux.SysStat.STATX_MODE;
import static dev.orcinus.bindings.linux.SysStat.STATX_UID;
import static dev.orcinus.bindings.linux.SysStat.Statx.STX_MODE;
import static dev.orcinus.bindings.linux.SysStat.Statx.STX_UID;
import static dev.orcinus.bindings.posix.Fcntl.O_RDONLY;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.linux.SysStat;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * A file in a folder. One in a cache stays there for later processes, and for debuggers, which read
 * the program of a process from its file. Any other is removed as soon as it is open. A file that
 * is there is used only if it belongs to this user, nobody else may write to it, and it has the
 * same content: so nobody can make us execute another one.
 *
 * @param folder the folder, which is made if it is a cache
 */
record FolderPlace(Path folder, boolean isCache) implements ProgramPlace {
    private static final int WRITABLE_BY_OTHERS = 022;

    @Override
    public String name() {
        return "in " + folder;
    }

    @Override
    public int open(byte[] content) throws HostCallException, IOException {
        return isCache ? openCached(content) : openRemoved(content);
    }

    private int openCached(byte[] content) throws HostCallException, IOException {
        Path file = folder.resolve("guest-" + checksum(content));
        int found = openEqual(file, content);
        if (found < 0) {
            Files.createDirectories(folder);
            Files.move(write(content), file, StandardCopyOption.ATOMIC_MOVE);
            found = openEqual(file, content);
        }
        if (found < 0) {
            throw new IOException(file + " does not belong to this user, or changes");
        }
        return found;
    }

    private static String checksum(byte[] content) {
        return Integer.toHexString(Arrays.hashCode(content));
    }

    private int openRemoved(byte[] content) throws HostCallException, IOException {
        Path file = write(content);
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd = open(arena, state, file);
            if (fd < 0) {
                throw Failure.of("open(" + file + ")", state);
            }
            return fd;
        } finally {
            Files.delete(file);
        }
    }

    private Path write(byte[] content) throws IOException {
        FileAttribute<?> ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Path file = Files.createTempFile(folder, "orcinus-guest-", "", ownerOnly);
        return Files.write(file, content);
    }

    private static int open(Arena arena, ErrnoState state, Path file) {
        return LinuxFcntl.open(state, arena.allocateFrom(file.toString()), O_RDONLY | O_CLOEXEC);
    }

    /** Returns a descriptor of a file that can be trusted; negative if there is none. */
    private static int openEqual(Path file, byte[] content) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd = open(arena, state, file);
            if (fd >= 0 && !(isOurs(arena, fd) && hasContent(arena, fd, content))) {
                Unistd.close(ErrnoState.IGNORED, fd);
                return -1;
            }
            return fd;
        }
    }

    private static boolean isOurs(Arena arena, int fd) {
        MemorySegment facts = arena.allocate(SysStat.Statx.SIZEOF, Long.BYTES);
        MemorySegment itself = arena.allocateFrom("");
        int mask = STATX_UID | STATX_MODE;
        return SysStat.statx(ErrnoState.IGNORED, fd, itself, AT_EMPTY_PATH, mask, facts) == 0
                && facts.get(JAVA_INT, STX_UID) == Unistd.getuid()
                && (facts.get(JAVA_SHORT, STX_MODE) & WRITABLE_BY_OTHERS) == 0;
    }

    private static boolean hasContent(Arena arena, int fd, byte[] content) {
        MemorySegment bytes = arena.allocate(content.length + 1L);
        long count = Unistd.read(ErrnoState.IGNORED, fd, bytes.address(), bytes.byteSize());
        return count == content.length
                && Arrays.equals(content, bytes.asSlice(0, count).toArray(JAVA_BYTE));
    }
}
