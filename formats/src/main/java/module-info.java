/**
 * File formats as records: ELF and {@code ar}, read with every bound checked, and written; and
 * machine code as listings. A leaf: it depends on nothing but the JDK, links nothing, and makes no
 * native calls.
 */
module dev.orcinus.formats {
    exports dev.orcinus.formats;
    exports dev.orcinus.formats.ar;
    exports dev.orcinus.formats.code;
    exports dev.orcinus.formats.elf;
}
