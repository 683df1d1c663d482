/** Compiles C and C++ with the machine's compiler, for {@code dylib.compile}. */
module dev.orcinus.compile {
    requires transitive dev.orcinus.loader;

    exports dev.orcinus.compile;

    provides dev.orcinus.jit.SourceCompiler with
            dev.orcinus.compile.MachineCompiler;
}
