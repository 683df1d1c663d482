/**
 * Unwind information of Mach-O objects. Compilers for Apple's systems describe most functions in
 * {@code __LD,__compact_unwind} only. This package translates those descriptions to call frame
 * information in DWARF's form, which every unwinder reads: that of Linux and that of macOS. The
 * graph builder of {@code loader.format.macho} calls it.
 */
package dev.orcinus.loader.format.macho.unwind;
