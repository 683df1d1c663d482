package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxFs.PROCMAP_QUERY;
import static dev.orcinus.bindings.linux.LinuxFs.PROCMAP_QUERY_VMA_EXECUTABLE;
import static dev.orcinus.bindings.linux.LinuxFs.PROCMAP_QUERY_VMA_WRITABLE;
import static dev.orcinus.bindings.linux.LinuxFs.ProcmapQuery.QUERY_ADDR;
import static dev.orcinus.bindings.linux.LinuxFs.ProcmapQuery.QUERY_FLAGS;
import static dev.orcinus.bindings.linux.LinuxFs.ProcmapQuery.SIZE;
import static dev.orcinus.bindings.linux.LinuxFs.ProcmapQuery.SIZEOF;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.linux.SysIoctl;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Fcntl;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Asks the kernel about the mapping at one address. Linux has a call for that since 6.11, which
 * takes a few microseconds; before, all of {@code /proc/self/maps} has to be read.
 */
public final class MappingQuery {
    private final String process;

    /**
     * Questions about a process.
     *
     * @param process its name in {@code /proc}: its id, or {@code self}
     */
    public MappingQuery(String process) {
        this.process = process;
    }

    /** Returns whether an executable page is mapped there. */
    public boolean isExecutable(ExecutorAddress address) {
        return ask(
                address,
                PROCMAP_QUERY_VMA_EXECUTABLE,
                () -> MemoryMaps.of(process).isExecutable(address));
    }

    /** Returns whether a writable page is mapped there. */
    public boolean isWritable(ExecutorAddress address) {
        return ask(
                address,
                PROCMAP_QUERY_VMA_WRITABLE,
                () -> MemoryMaps.of(process).isWritable(AddressRange.of(address, 1)));
    }

    private boolean ask(ExecutorAddress address, int flags, BooleanSupplier byMaps) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment maps = arena.allocateFrom("/proc/" + process + "/maps");
            int fd = LinuxFcntl.open(state, maps, Fcntl.O_RDONLY | LinuxFcntl.O_CLOEXEC);
            MemorySegment query = arena.allocate(SIZEOF, Long.BYTES);
            query.set(JAVA_LONG, SIZE, SIZEOF);
            query.set(JAVA_LONG, QUERY_FLAGS, flags);
            query.set(JAVA_LONG, QUERY_ADDR, address.value());
            boolean found = SysIoctl.ioctl(state, fd, PROCMAP_QUERY, query) == 0;
            boolean answered = found || state.errno() == Errno.ENOENT;
            Unistd.close(ErrnoState.IGNORED, fd);
            return answered ? found : byMaps.getAsBoolean();
        }
    }
}
