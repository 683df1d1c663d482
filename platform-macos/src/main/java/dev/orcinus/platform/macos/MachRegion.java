package dev.orcinus.platform.macos;

import static dev.orcinus.bindings.macos.MachReturn.KERN_SUCCESS;
import static dev.orcinus.bindings.macos.MachVmRegion.ShortInfo.PROTECTION;
import static dev.orcinus.bindings.macos.MachVmRegion.VM_REGION_SUBMAP_SHORT_INFO_COUNT_64;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.macos.MachInit;
import dev.orcinus.bindings.macos.MachVmMap;
import dev.orcinus.bindings.macos.MachVmRegion.ShortInfo;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Asks the kernel about the region of memory around one address. */
final class MachRegion {
    /**
     * How deep the kernel descends into submaps, in one of which the libraries of the system are.
     */
    private static final int DEPTH = 1024;

    private MachRegion() {}

    /**
     * Returns whether an address is mapped with a protection. The kernel answers with the region at
     * the address or, if there is none, with the next one.
     */
    static boolean allows(ExecutorAddress address, int protection) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment start = arena.allocateFrom(JAVA_LONG, address.value());
            MemorySegment size = arena.allocate(JAVA_LONG);
            MemorySegment info = arena.allocate(ShortInfo.SIZEOF, Long.BYTES);
            int result =
                    MachVmMap.vm_region_recurse_64(
                            MachInit.mach_task_self(),
                            start,
                            size,
                            arena.allocateFrom(JAVA_INT, DEPTH),
                            info,
                            arena.allocateFrom(JAVA_INT, VM_REGION_SUBMAP_SHORT_INFO_COUNT_64));
            return result == KERN_SUCCESS
                    && Long.compareUnsigned(start.get(JAVA_LONG, 0), address.value()) <= 0
                    && (info.get(JAVA_INT, PROTECTION) & protection) != 0;
        }
    }
}
