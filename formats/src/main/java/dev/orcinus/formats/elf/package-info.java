/**
 * ELF64, little-endian (System V gABI, chapters 4 and 5): a raw, bounds-checked reader, and a
 * writer for relocatable objects and shared objects. Knows headers, sections, symbols and
 * relocations, and not what their numbers mean to a processor. Called by the loader, which reads
 * objects, by the executor, which writes one for LLVM's controllers, and by the platform, which
 * writes shared objects for the dynamic linker.
 */
package dev.orcinus.formats.elf;
