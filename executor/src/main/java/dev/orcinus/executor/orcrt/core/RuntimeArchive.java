package dev.orcinus.executor.orcrt.core;

import dev.orcinus.formats.ar.ArchiveWriter;

/**
 * Writes the archive that LLVM's controllers take in place of {@code liborc_rt}: one object, as
 * each one costs them messages, and a symbol table in the form of System V. The bytes depend on the
 * processor and on nothing else.
 */
public final class RuntimeArchive {
    private static final String MEMBER = "orcinus_rt.o";

    private RuntimeArchive() {}

    /**
     * The bytes of the archive.
     *
     * @param runtime the runtime of an object format
     * @param arch the processor, as a triple names it
     * @throws UnsupportedOperationException if there is no code for it
     */
    public static byte[] write(OrcRuntime runtime, String arch) {
        RuntimeCode code =
                RuntimeCode.of(arch)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "the runtime is there for x86_64 and aarch64, not"
                                                        + " for "
                                                        + arch));
        RuntimeObject object = runtime.object(code, new Layout(runtime.entryPoints()));
        ArchiveWriter archive = new ArchiveWriter();
        archive.add(MEMBER, object.bytes(), object.defined());
        return archive.write();
    }
}
