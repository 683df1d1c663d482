package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.linux.LinuxMman.MFD_CLOEXEC;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of the guest's program: in memory, or, where the system does not execute such files
 * ({@code vm.memfd_noexec}), in a folder. This process writes it once, unless the program has
 * needs of its own.
 *
 * @param path by which this process and its children find it
 * @param fd its descriptor, if it is in memory; else -1
 */
record ProgramFile(String path, int fd) {
    private static final int MFD_EXEC = 0x10;
    private static ProgramFile inMemory;
    private static ProgramFile inFolder;

    /** Returns the file in memory. */
    static synchronized ProgramFile inMemory(Processor processor, ProgramShape shape)
            throws HostCallException {
        if (!shape.hasPlainFile()) {
            return writeInMemory(processor, shape);
        }
        if (inMemory == null) {
            inMemory = writeInMemory(processor, shape);
        }
        return inMemory;
    }

    private static ProgramFile writeInMemory(Processor processor, ProgramShape shape)
            throws HostCallException {
        return ofContent(content(processor, shape));
    }

    /** Returns a file in memory with another program. */
    static ProgramFile ofContent(byte[] content) throws HostCallException {
        return ofMemory(SharedFile.raise(write(content)));
    }

    private static ProgramFile ofMemory(int fd) {
        return new ProgramFile("/proc/" + Unistd.getpid() + "/fd/" + fd, fd);
    }

    private static byte[] content(Processor processor, ProgramShape shape) {
        return GuestProgram.file(processor, ProgramLibraries.of(shape.symbols()), shape);
    }

    private static int write(byte[] content) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment name = arena.allocateFrom("orcinus-guest");
            int fd = LinuxMman.memfd_create(state, name, MFD_CLOEXEC | MFD_EXEC);
            if (fd < 0 && state.errno() == Errno.EINVAL) { // Linux before 6.3
                fd = LinuxMman.memfd_create(state, name, MFD_CLOEXEC);
            }
            if (fd < 0) {
                throw Failure.of("memfd_create(orcinus-guest)", state);
            }
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, content);
            if (Unistd.write(state, fd, bytes, content.length) != content.length) {
                throw Failure.of("write(orcinus-guest)", state);
            }
            return fd;
        }
    }

    /** Returns the file in a folder for temporary files, which is removed when this JVM ends. */
    static synchronized ProgramFile inFolder(Processor processor, ProgramShape shape)
            throws HostCallException {
        if (!shape.hasPlainFile()) {
            return writeInFolder(processor, shape);
        }
        if (inFolder == null) {
            inFolder = writeInFolder(processor, shape);
        }
        return inFolder;
    }

    private static ProgramFile writeInFolder(Processor processor, ProgramShape shape)
            throws HostCallException {
        try {
            Path file =
                    Files.createTempFile(
                            "orcinus-guest-",
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------")));
            Files.write(file, content(processor, shape));
            file.toFile().deleteOnExit();
            return new ProgramFile(file.toString(), -1);
        } catch (IOException e) {
            throw new HostCallException("open", 0, "the guest's program: " + e);
        }
    }

    /** Forgets a file that has been written for one process, which runs. */
    void forget() {
        if (fd >= 0) {
            Unistd.close(ErrnoState.IGNORED, fd);
        }
    }
}
