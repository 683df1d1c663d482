package dev.orcinus.loader.targets.remote;

import dev.orcinus.protocol.epc.LlvmNames;
import java.util.List;

/**
 * The forms of the memory manager, the newest first. An executor's form is recognized by the names
 * that it offers.
 */
enum MemoryForm {
    /** The form of LLVM 23: segments of a reservation are initialized and deinitialized. */
    NATIVE(
            LlvmNames.NATIVE_MEMORY_INSTANCE,
            LlvmNames.NATIVE_MEMORY_RESERVE,
            LlvmNames.NATIVE_MEMORY_INITIALIZE,
            LlvmNames.NATIVE_MEMORY_DEINITIALIZE,
            LlvmNames.NATIVE_MEMORY_RELEASE),
    /** The form of LLVM 22: the same under older names. */
    PARTS(
            LlvmNames.MEMORY_INSTANCE,
            LlvmNames.MEMORY_RESERVE,
            LlvmNames.MEMORY_INITIALIZE,
            LlvmNames.MEMORY_DEINITIALIZE,
            LlvmNames.MEMORY_RELEASE),
    /** The form of LLVM 19 to 21: a reservation is finalized and deallocated as a whole. */
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

    /** Returns the names that an executor of this form offers. */
    List<String> names() {
        return List.of(instance, reserve, initialize, deinitialize, release);
    }

    /** Returns the name of the manager object, the first argument of all its functions. */
    String instance() {
        return instance;
    }

    /** Returns the name of a function (instance, uint64 size) to expected address. */
    String reserve() {
        return reserve;
    }

    /**
     * Returns the name of a function (instance, finalize request) to expected key, or to error in
     * {@link #WHOLE}.
     */
    String initialize() {
        return initialize;
    }

    /** Returns the name of a function (instance, sequence of keys) to error. */
    String deinitialize() {
        return deinitialize;
    }

    /** Returns the name of a function (instance, sequence of reservations) to error. */
    String release() {
        return release;
    }
}
