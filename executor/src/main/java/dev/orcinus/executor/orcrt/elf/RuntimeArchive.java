package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.formats.ar.ArchiveWriter;
import dev.orcinus.formats.elf.RelocatableObject;
import java.util.TreeMap;

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
     * @param arch the processor, as a triple names it
     * @throws UnsupportedOperationException if there is no code for it
     */
    public static byte[] write(String arch) {
        RuntimeCode code =
                RuntimeCode.of(arch)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "the runtime is there for x86_64 and aarch64, not"
                                                        + " for "
                                                        + arch));
        RelocatableObject object = object(code);
        ArchiveWriter archive = new ArchiveWriter();
        archive.add(MEMBER, object.write(), object.defined());
        return archive.write();
    }

    private static RelocatableObject object(RuntimeCode code) {
        RelocatableObject object = new RelocatableObject(code.machine(), code.write());
        for (Entry entry : Entry.ALL) {
            if (!entry.symbol().isEmpty()) {
                object.function(entry.symbol(), Layout.offset(entry), Layout.THUNK_BYTES);
            }
        }
        for (Tag tag : Tag.ALL) {
            object.object(tag.symbol(), Layout.offset(tag), 1);
        }
        new TreeMap<>(code.functions()).forEach((name, at) -> object.function(name, at, 0));
        object.refer("__orc_rt_jit_dispatch_ctx", code.absolute64(), Layout.CONTEXT);
        object.refer(NativeEntries.WRAPPER_SYMBOL, code.absolute64(), Layout.WRAPPER_SLOT);
        object.refer(NativeEntries.FUNCTION_SYMBOL, code.absolute64(), Layout.FUNCTION_SLOT);
        return object;
    }
}
