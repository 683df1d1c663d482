package dev.orcinus.bindings.macos;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <mach/vm_map.h>}. */
public final class MachVmMap {
    private static final CFunction VM_READ_OVERWRITE = CFunction.named("vm_read_overwrite");
    private static final CFunction VM_WRITE = CFunction.named("vm_write");
    private static final CFunction VM_REGION_RECURSE_64 = CFunction.named("vm_region_recurse_64");

    private MachVmMap() {}

    /**
     * Calls {@code kern_return_t vm_read_overwrite(vm_map_read_t task, vm_address_t from, vm_size_t
     * size, vm_address_t to, vm_size_t *copied);}
     */
    public static int vm_read_overwrite(
            int task, long from, long size, long to, MemorySegment copied) {
        return (int)
                VM_READ_OVERWRITE.call(ErrnoState.IGNORED, task, from, size, to, address(copied));
    }

    /**
     * Calls {@code kern_return_t vm_write(vm_map_t task, vm_address_t to, vm_offset_t from,
     * mach_msg_type_number_t count);}
     */
    public static int vm_write(int task, long to, long from, int count) {
        return (int) VM_WRITE.call(ErrnoState.IGNORED, task, to, from, count);
    }

    /**
     * Calls {@code kern_return_t vm_region_recurse_64(vm_map_read_t task, vm_address_t *start,
     * vm_size_t *size, natural_t *depth, vm_region_recurse_info_t info, mach_msg_type_number_t
     * *count);}
     */
    public static int vm_region_recurse_64(
            int task,
            MemorySegment start,
            MemorySegment size,
            MemorySegment depth,
            MemorySegment info,
            MemorySegment count) {
        return (int)
                VM_REGION_RECURSE_64.call(
                        ErrnoState.IGNORED,
                        task,
                        address(start),
                        address(size),
                        address(depth),
                        address(info),
                        address(count));
    }
}
