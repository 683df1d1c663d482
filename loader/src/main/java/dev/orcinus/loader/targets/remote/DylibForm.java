package dev.orcinus.loader.targets.remote;

import dev.orcinus.protocol.epc.LlvmNames;
import java.util.List;

/** The forms of the dylib manager, the newest first. Each is known by its names. */
enum DylibForm {
    /** LLVM 23's: (instance, handle, set) to expected sequence of optional address. */
    NATIVE(
            LlvmNames.NATIVE_DYLIBS_INSTANCE,
            LlvmNames.NATIVE_DYLIBS_LOAD,
            LlvmNames.NATIVE_DYLIBS_LOOKUP),
    /** LLVM 22's: (handle, set) to expected sequence of optional definition. */
    RESOLVE(LlvmNames.DYLIBS_INSTANCE, LlvmNames.DYLIBS_OPEN, LlvmNames.DYLIBS_RESOLVE),
    /** LLVM 19's to 21's: (instance, handle, set) to expected sequence of definition. */
    LOOKUP(LlvmNames.DYLIBS_INSTANCE, LlvmNames.DYLIBS_OPEN, LlvmNames.DYLIBS_LOOKUP);

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
