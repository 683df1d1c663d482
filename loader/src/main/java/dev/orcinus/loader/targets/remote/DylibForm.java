package dev.orcinus.loader.targets.remote;

import java.util.List;

/** The forms of the dylib manager, the newest first. Each is known by its names. */
enum DylibForm {
    /** LLVM 23's: (instance, handle, set) to expected sequence of optional address. */
    NATIVE(
            "orc_rt_ci_NativeDylibManager_Instance",
            "orc_rt_ci_sps_NativeDylibManager_load",
            "orc_rt_ci_sps_NativeDylibManager_lookup"),
    /** LLVM 22's: (handle, set) to expected sequence of optional definition. */
    RESOLVE(
            "__llvm_orc_SimpleExecutorDylibManager_Instance",
            "__llvm_orc_SimpleExecutorDylibManager_open_wrapper",
            "__llvm_orc_SimpleExecutorDylibManager_resolve_wrapper"),
    /** LLVM 19's to 21's: (instance, handle, set) to expected sequence of definition. */
    LOOKUP(
            "__llvm_orc_SimpleExecutorDylibManager_Instance",
            "__llvm_orc_SimpleExecutorDylibManager_open_wrapper",
            "__llvm_orc_SimpleExecutorDylibManager_lookup_wrapper");

    private final String instance;
    private final String open;
    private final String find;

    DylibForm(String instance, String open, String find) {
        this.instance = instance;
        this.open = open;
        this.find = find;
    }

    /** What must be offered. */
    List<String> names() {
        return List.of(instance, open, find);
    }

    /** The manager itself, the first argument of its functions. */
    String instance() {
        return instance;
    }

    /** (instance, string path, uint64 mode) to expected handle. */
    String open() {
        return open;
    }

    /** Looks symbols up; the constant tells the signature. */
    String find() {
        return find;
    }
}
