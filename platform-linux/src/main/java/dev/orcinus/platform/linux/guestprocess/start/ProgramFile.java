package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of the guest's program. It lies in the first place from which the system executes it:
 * the user's cache, memory, or a folder for temporary files. The one of a program without needs
 * stays open for the life of this process.
 */
final class ProgramFile implements AutoCloseable {
    private static ProgramFile shared;

    private final byte[] content;
    private final List<ProgramPlace> places;
    private final boolean isForOnce;
    private int descriptor = -1;
    private String path = "";

    /** A step that executes the file. */
    @FunctionalInterface
    interface Start {
        /**
         * Executes the file.
         *
         * @param path by which this process and its children find it
         * @return the process id
         */
        int from(String path) throws HostCallException;
    }

    /** A file that will lie in one of some places, and stays open. */
    ProgramFile(byte[] content, List<ProgramPlace> places) {
        this(content, places, false);
    }

    private ProgramFile(byte[] content, List<ProgramPlace> places, boolean isForOnce) {
        this.content = content;
        this.places = List.copyOf(places);
        this.isForOnce = isForOnce;
    }

    /** Returns the file of a program; the one of a program without needs is written once. */
    static synchronized ProgramFile of(Processor processor, ProgramShape shape) {
        if (!shape.hasPlainFile()) {
            return forOnce(content(processor, shape));
        }
        if (shared == null) {
            shared = new ProgramFile(content(processor, shape), ProgramPlaces.all());
        }
        return shared;
    }

    /** Returns a file that is executed once. */
    static ProgramFile forOnce(byte[] content) {
        return new ProgramFile(content, ProgramPlaces.withoutCache(), true);
    }

    private static byte[] content(Processor processor, ProgramShape shape) {
        return GuestProgram.file(processor, ProgramLibraries.of(shape), shape);
    }

    /** Returns a path by which any process of this user can execute the file while it is open. */
    String executablePath() throws HostCallException {
        execute(
                path -> {
                    if (!Files.isExecutable(Path.of(path))) {
                        throw new HostCallException("access", Errno.EACCES, "it is not executable");
                    }
                    return 0;
                });
        return path;
    }

    /** Executes the file, and returns the process id. */
    synchronized int execute(Start start) throws HostCallException {
        return path.isEmpty() ? executeFirst(start) : start.from(path);
    }

    private int executeFirst(Start start) throws HostCallException {
        List<String> refusals = new ArrayList<>();
        for (ProgramPlace place : places) {
            try {
                return executeIn(place, start);
            } catch (HostCallException e) {
                if (e.errno() == LinuxErrno.EAGAIN || e.errno() == Errno.ENOMEM) {
                    throw e;
                }
                refusals.add(place.name() + " (" + e.getMessage() + ")");
            } catch (IOException e) {
                refusals.add(place.name() + " (" + e + ")");
            }
        }
        throw refusedEverywhere(refusals);
    }

    private int executeIn(ProgramPlace place, Start start) throws HostCallException, IOException {
        int fd = SharedFile.raise(place.open(content));
        String here = "/proc/" + Unistd.getpid() + "/fd/" + fd;
        try {
            int pid = start.from(here);
            path = here;
            descriptor = fd;
            return pid;
        } finally {
            if (path.isEmpty()) {
                Unistd.close(ErrnoState.IGNORED, fd);
            }
        }
    }

    /** Closes the file if it is executed once. Processes that have executed it keep its content. */
    @Override
    public synchronized void close() {
        if (isForOnce && !path.isEmpty()) {
            Unistd.close(ErrnoState.IGNORED, descriptor);
            path = "";
        }
    }

    private static HostCallException refusedEverywhere(List<String> refusals) {
        return new HostCallException(
                "posix_spawn",
                0,
                "this system executes the guest's program neither "
                        + String.join(", nor ", refusals)
                        + ": set XDG_CACHE_HOME to a folder of yours that is not mounted noexec,"
                        + " or the system setting vm.memfd_noexec to 0");
    }
}
