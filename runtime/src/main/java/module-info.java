/**
 * The services for linked code after it is mapped: the guest that it lives in, with the only way
 * into it; JIT dylibs, unwind info, at-exit functions, thread-locals and observers. Registrations
 * end with the allocation that they belong to.
 */
module dev.orcinus.runtime {
    requires transitive dev.orcinus.formats;
    requires transitive dev.orcinus.memory;
    requires transitive dev.orcinus.platform;
    requires transitive dev.orcinus.protocol;
    requires static jdk.jfr;

    exports dev.orcinus.runtime;
    exports dev.orcinus.runtime.crash;
    exports dev.orcinus.runtime.dylib;
    exports dev.orcinus.runtime.flight;
    exports dev.orcinus.runtime.guest;
    exports dev.orcinus.runtime.observe;
    exports dev.orcinus.runtime.threadlocals;
    exports dev.orcinus.runtime.unwind;
}
