/**
 * File formats as records: ELF and {@code ar}, read with every bound checked, and written; Mach-O,
 * read in the same way; DWARF, as far as backtraces need it; names of C++; and machine code as
 * listings. It depends on nothing but the JDK, does not link, and makes no native calls.
 */
module dev.orcinus.formats {
    exports dev.orcinus.formats;
    exports dev.orcinus.formats.ar;
    exports dev.orcinus.formats.code;
    exports dev.orcinus.formats.dwarf;
    exports dev.orcinus.formats.elf;
    exports dev.orcinus.formats.macho;
    exports dev.orcinus.formats.mangling;
}
