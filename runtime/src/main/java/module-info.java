/**
 * What happens to JIT-linked code after it is mapped: the guest that it lives in, with the one way
 * into it; JIT dylibs, unwind info, at-exit functions, thread-locals and observers, each tied to
 * the allocation that it belongs to.
 */
module dev.orcinus.runtime {
    requires transitive dev.orcinus.memory;
    requires transitive dev.orcinus.platform;
    requires dev.orcinus.protocol;

    exports dev.orcinus.runtime;
    exports dev.orcinus.runtime.dylib;
    exports dev.orcinus.runtime.elf;
    exports dev.orcinus.runtime.guest;
    exports dev.orcinus.runtime.observe;
    exports dev.orcinus.runtime.threadlocals;
    exports dev.orcinus.runtime.unwind;

    uses dev.orcinus.runtime.dylib.ObjectFormatRuntime;
}
