package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;

/**
 * The sections that line tables are read from; each may be empty.
 *
 * @param lines {@code .debug_line}, with the addresses of the code
 * @param strings {@code .debug_str}
 * @param lineStrings {@code .debug_line_str}
 * @param units {@code .debug_info}, which says where the compiler worked before DWARF 5
 * @param abbreviations {@code .debug_abbrev}
 */
public record LineSections(
        FileBytes lines,
        FileBytes strings,
        FileBytes lineStrings,
        FileBytes units,
        FileBytes abbreviations) {}
