package dev.orcinus.executor.orcrt.core;

import dev.orcinus.formats.ar.ArchiveWriter;

/**
 * Writes the archive that LLVM's controllers link in place of {@code liborc_rt}: a symbol table and
 * one object, because each object costs them messages. The bytes depend on the runtime and the
 * processor only.
 */
public final class RuntimeArchive {
    private static final String MEMBER = "orcinus_rt.o";

    private RuntimeArchive() {}

    /**
     * Returns the bytes of an archive.
     *
     * @param runtime the runtime of an object format
     * @param arch the processor, as a triple names it
     * @throws UnsupportedOperationException if there is no code for the processor
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
        return runtime.archive(archive);
    }
}
