package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;

/**
 * The sections that line tables are read from; each may be empty.
 *
 * @param lines {@code .debug_line}, with the addresses of the code
 * @param strings {@code .debug_str}
 * @param lineStrings {@code .debug_line_str}
 */
public record LineSections(FileBytes lines, FileBytes strings, FileBytes lineStrings) {}
