package dev.orcinus.loader.targets.remote;

import dev.orcinus.protocol.epc.LlvmNames;
import java.util.List;

/**
 * The forms of the dylib manager, the newest first. An executor's form is recognized by the names
 * that it offers.
 */
enum DylibForm {
    /** The form of LLVM 23: (instance, handle, set) to expected sequence of optional address. */
    NATIVE(
            LlvmNames.NATIVE_DYLIBS_INSTANCE,
            LlvmNames.NATIVE_DYLIBS_LOAD,
            LlvmNames.NATIVE_DYLIBS_LOOKUP),
    /** The form of LLVM 22: (handle, set) to expected sequence of optional definition. */
    RESOLVE(LlvmNames.DYLIBS_INSTANCE, LlvmNames.DYLIBS_OPEN, LlvmNames.DYLIBS_RESOLVE),
    /** The form of LLVM 19 to 21: (instance, handle, set) to expected sequence of definition. */
    LOOKUP(LlvmNames.DYLIBS_INSTANCE, LlvmNames.DYLIBS_OPEN, LlvmNames.DYLIBS_LOOKUP);

    private final String instance;
    private final String open;
    private final String find;

    DylibForm(String instance, String open, String find) {
        this.instance = instance;
        this.open = open;
        this.find = find;
    }

    /** Returns the names that an executor of this form offers. */
    List<String> names() {
        return List.of(instance, open, find);
    }

    /** Returns the name of the manager object, the first argument of its functions. */
    String instance() {
        return instance;
    }

    /** Returns the name of a function (instance, string path, uint64 mode) to expected handle. */
    String open() {
        return open;
    }

    /**
     * Returns the name of the function that looks symbols up. The constants describe its signature.
     */
    String find() {
        return find;
    }
}
