package dev.orcinus.loader.targets.remote;

import java.util.List;

/** The forms of the memory manager, the newest first. Each is known by its names. */
enum MemoryForm {
    /** LLVM 23's: segments of a reservation are initialized and deinitialized. */
    NATIVE(
            "orc_rt_ci_SimpleNativeMemoryMap_Instance",
            "orc_rt_ci_sps_SimpleNativeMemoryMap_",
            "reserve",
            "initialize",
            "deinitializeMultiple",
            "releaseMultiple"),
    /** LLVM 22's: the same under older names. */
    PARTS(
            "__llvm_orc_SimpleExecutorMemoryManager_Instance",
            "__llvm_orc_SimpleExecutorMemoryManager_",
            "reserve_wrapper",
            "initialize_wrapper",
            "deinitialize_wrapper",
            "release_wrapper"),
    /** LLVM 19's to 21's: a reservation is finalized and deallocated as a whole. */
    WHOLE(
            "__llvm_orc_SimpleExecutorMemoryManager_Instance",
            "__llvm_orc_SimpleExecutorMemoryManager_",
            "reserve_wrapper",
            "finalize_wrapper",
            "deallocate_wrapper",
            "deallocate_wrapper");

    private final String instance;
    private final String reserve;
    private final String initialize;
    private final String deinitialize;
    private final String release;

    MemoryForm(
            String instance,
            String prefix,
            String reserve,
            String initialize,
            String deinitialize,
            String release) {
        this.instance = instance;
        this.reserve = prefix + reserve;
        this.initialize = prefix + initialize;
        this.deinitialize = prefix + deinitialize;
        this.release = prefix + release;
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
