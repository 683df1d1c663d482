package dev.orcinus.loader.targets.remote;

import dev.orcinus.protocol.epc.LlvmNames;
import java.util.List;

/** The forms of the memory manager, the newest first. Each is known by its names. */
enum MemoryForm {
    /** LLVM 23's: segments of a reservation are initialized and deinitialized. */
    NATIVE(
            LlvmNames.NATIVE_MEMORY_INSTANCE,
            LlvmNames.NATIVE_MEMORY_RESERVE,
            LlvmNames.NATIVE_MEMORY_INITIALIZE,
            LlvmNames.NATIVE_MEMORY_DEINITIALIZE,
            LlvmNames.NATIVE_MEMORY_RELEASE),
    /** LLVM 22's: the same under older names. */
    PARTS(
            LlvmNames.MEMORY_INSTANCE,
            LlvmNames.MEMORY_RESERVE,
            LlvmNames.MEMORY_INITIALIZE,
            LlvmNames.MEMORY_DEINITIALIZE,
            LlvmNames.MEMORY_RELEASE),
    /** LLVM 19's to 21's: a reservation is finalized and deallocated as a whole. */
    WHOLE(
            LlvmNames.MEMORY_INSTANCE,
            LlvmNames.MEMORY_RESERVE,
            LlvmNames.MEMORY_FINALIZE,
            LlvmNames.MEMORY_DEALLOCATE,
            LlvmNames.MEMORY_DEALLOCATE);

    private final String instance;
    private final String reserve;
    private final String initialize;
    private final String deinitialize;
    private final String release;

    MemoryForm(
            String instance,
            String reserve,
            String initialize,
            String deinitialize,
            String release) {
        this.instance = instance;
        this.reserve = reserve;
        this.initialize = initialize;
        this.deinitialize = deinitialize;
        this.release = release;
    }

    /** What must be offered. */
    List<String> names() {
        return List.of(instance, reserve, initialize, deinitialize, release);
    }

    /** The manager itself, the first argument of all its functions. */
    String instance() {
        return instance;
    }

    /** (instance, uint64 size) to expected address. */
    String reserve() {
        return reserve;
    }

    /** (instance, finalize request) to expected key, with {@link #WHOLE} to error. */
    String initialize() {
        return initialize;
    }

    /** (instance, sequence of keys) to error. */
    String deinitialize() {
        return deinitialize;
    }

    /** (instance, sequence of reservations) to error. */
    String release() {
        return release;
    }
}
