/**
 * ELF64, little-endian (System V gABI, chapters 4 and 5): a raw, bounds-checked reader, and a
 * writer for relocatable objects and shared objects. Knows headers, sections, symbols and
 * relocations, and not what their numbers mean to a processor. Called by the loader's reader of
 * objects, and by whoever makes an object for a linker or for the dynamic linker.
 */
package dev.orcinus.formats.elf;
