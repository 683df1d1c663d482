package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.posix.SysUio.Iovec.IOV_BASE;
import static dev.orcinus.bindings.posix.SysUio.Iovec.IOV_LEN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.bindings.linux.ProcessVm;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysUio;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies from and to addresses that may not be mapped: the kernel copies and reports a fault
 * ({@code process_vm_readv} on this process). Where a sandbox forbids that call, {@code
 * /proc/self/maps} is asked first.
 */
final class CheckedCopy {
    boolean read(ExecutorAddress source, MemorySegment target) {
        if (target.isNative()) {
            return copy(target, source, false);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(target.byteSize());
            boolean copied = copy(buffer, source, false);
            target.copyFrom(buffer);
            return copied;
        }
    }

    boolean write(MemorySegment source, ExecutorAddress target) {
        if (source.isNative()) {
            return copy(source, target, true);
        }
        try (Arena arena = Arena.ofConfined()) {
            return copy(arena.allocate(source.byteSize()).copyFrom(source), target, true);
        }
    }

    private static boolean copy(MemorySegment local, ExecutorAddress remote, boolean writing) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment near = arena.allocate(SysUio.Iovec.SIZEOF, Long.BYTES);
            MemorySegment far = arena.allocate(SysUio.Iovec.SIZEOF, Long.BYTES);
            long done = 0;
            while (done < local.byteSize()) {
                set(near, local.address() + done, local.byteSize() - done);
                set(far, remote.value() + done, local.byteSize() - done);
                long count =
                        writing
                                ? ProcessVm.process_vm_writev(
                                        state, Unistd.getpid(), near, 1, far, 1, 0)
                                : ProcessVm.process_vm_readv(
                                        state, Unistd.getpid(), near, 1, far, 1, 0);
                if (count > 0) {
                    done += count;
                } else if (isForbidden(state.errno())) {
                    return copyByMaps(local, remote, writing);
                } else {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean isForbidden(int errno) {
        return errno == LinuxErrno.ENOSYS || errno == Errno.EPERM;
    }

    /**
     * Copies after a look at the maps, and returns whether that was possible. A page that is
     * unmapped in between faults; sandboxes leave no better way.
     */
    static boolean copyByMaps(MemorySegment local, ExecutorAddress remote, boolean writing) {
        long size = local.byteSize();
        if (Long.compareUnsigned(remote.value() + size, remote.value()) < 0) {
            return false;
        }
        AddressRange range = AddressRange.of(remote, size);
        MemoryMaps maps = MemoryMaps.read();
        if (!(writing ? maps.isWritable(range) : maps.isReadable(range))) {
            return false;
        }
        MemorySegment there = NativeMemory.view(remote.value(), size);
        MemorySegment.copy(writing ? local : there, 0, writing ? there : local, 0, size);
        return true;
    }

    private static void set(MemorySegment iovec, long address, long sizeBytes) {
        iovec.set(JAVA_LONG, IOV_BASE, address);
        iovec.set(JAVA_LONG, IOV_LEN, sizeBytes);
    }
}
