package dev.orcinus.jit;

import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.SectionedObject;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.platform.Triple;

/** Machine code without an object around it. It has no state. */
final class MachineCode {
    private static final int ALIGNMENT_BYTES = 16;

    private MachineCode() {}

    /**
     * Returns an object with one function.
     *
     * @throws UnsupportedObjectException if no code of that processor can be loaded
     */
    static byte[] object(Triple triple, String symbol, byte[] code) {
        int machine =
                switch (triple.arch()) {
                    case "x86_64" -> Elf.EM_X86_64;
                    case "aarch64" -> Elf.EM_AARCH64;
                    default ->
                            throw new UnsupportedObjectException(
                                    symbol, "no machine code is loaded for " + triple.text());
                };
        SectionedObject object = new SectionedObject(machine);
        int text = object.code(".text", code.clone(), ALIGNMENT_BYTES);
        object.function(symbol, text, 0, code.length);
        return object.write();
    }
}
