/**
 * ELF64, little-endian (System V gABI, chapters 4 and 5): a raw, bounds-checked reader, and a
 * writer for relocatable objects and shared objects. It knows headers, sections, symbols and
 * relocations, and not what their numbers mean to a processor. The loader calls it to read objects,
 * the executor to write one for LLVM's controllers, and the platform to write shared objects for
 * the dynamic linker.
 */
package dev.orcinus.formats.elf;
