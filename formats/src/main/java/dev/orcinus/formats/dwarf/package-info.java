/**
 * DWARF, versions 2 to 5, as far as backtraces and profiles need it: call frame information ({@code
 * .eh_frame}) and its expressions, which lead from a frame to its caller, and line tables ({@code
 * .debug_line}), which lead from an address to a line. Every read is bounded, and every loop. The
 * crash reports of the runtime and its files for perf use it. Sources: the DWARF standard, and the
 * LSB, "Exception Frames".
 */
package dev.orcinus.formats.dwarf;
