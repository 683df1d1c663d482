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
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The file of the guest's program, which this process writes once: in memory, or, where the system
 * does not execute such files ({@code vm.memfd_noexec}), in a folder.
 *
 * @param path by which this process and its children find it
 */
record ProgramFile(String path) {
    private static final List<String> LIBRARIES = List.of("libc.so.6");
    private static final int MFD_EXEC = 0x10;
    private static ProgramFile inMemory;
    private static ProgramFile inFolder;

    /** Returns the file in memory. */
    static synchronized ProgramFile inMemory(Processor processor) throws HostCallException {
        if (inMemory == null) {
            int fd = SharedFile.raise(write(GuestProgram.file(processor, LIBRARIES)));
            inMemory = of(fd);
        }
        return inMemory;
    }

    /** Returns a file in memory with another program. */
    static ProgramFile ofOnce(byte[] content) throws HostCallException {
        return of(write(content));
    }

    private static ProgramFile of(int fd) {
        return new ProgramFile("/proc/" + Unistd.getpid() + "/fd/" + fd);
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
    static synchronized ProgramFile inFolder(Processor processor) throws HostCallException {
        if (inFolder == null) {
            try {
                Path file =
                        Files.createTempFile(
                                "orcinus-guest-",
                                "",
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------")));
                Files.write(file, GuestProgram.file(processor, LIBRARIES));
                file.toFile().deleteOnExit();
                inFolder = new ProgramFile(file.toString());
            } catch (IOException e) {
                throw new HostCallException("open", 0, "the guest's program: " + e);
            }
        }
        return inFolder;
    }
}
