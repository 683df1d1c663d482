package dev.orcinus.platform.macos;

import static dev.orcinus.bindings.macos.MachReturn.KERN_SUCCESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.macos.MachInit;
import dev.orcinus.bindings.macos.MachVmMap;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies from and to addresses that may not be mapped: the kernel copies, and reports a fault
 * ({@code vm_read_overwrite} and {@code vm_write} on this task).
 */
final class MachCopy {
    /** The length of a write is a 32-bit number. */
    private static final long MOST_BYTES = 1 << 30;

    private MachCopy() {}

    static boolean read(ExecutorAddress source, MemorySegment target) {
        if (target.byteSize() == 0) {
            return true;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment near = target.isNative() ? target : arena.allocate(target.byteSize());
            boolean copied =
                    MachVmMap.vm_read_overwrite(
                                    MachInit.mach_task_self(),
                                    source.value(),
                                    near.byteSize(),
                                    near.address(),
                                    arena.allocate(JAVA_LONG))
                            == KERN_SUCCESS;
            if (!target.isNative()) {
                target.copyFrom(near);
            }
            return copied;
        }
    }

    static boolean write(MemorySegment source, ExecutorAddress target) {
        try (Arena arena = Arena.ofConfined()) {
            long size = source.byteSize();
            MemorySegment near = source.isNative() ? source : arena.allocate(size).copyFrom(source);
            int task = MachInit.mach_task_self();
            for (long done = 0; done < size; done += MOST_BYTES) {
                int count = (int) Math.min(MOST_BYTES, size - done);
                long to = target.value() + done;
                if (MachVmMap.vm_write(task, to, near.address() + done, count) != KERN_SUCCESS) {
                    return false;
                }
            }
            return true;
        }
    }
}
