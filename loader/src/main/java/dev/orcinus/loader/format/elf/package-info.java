/**
 * ELF64 little-endian relocatable objects (System V gABI, chapters 4 and 5, and the processor
 * supplements) become link graphs. The bytes are read by {@code dev.orcinus.formats.elf}; what
 * sections, symbols and relocation numbers mean to linking is known here, and nowhere else in the
 * loader. Called by {@code input}, through {@code ObjectFormat}.
 */
package dev.orcinus.loader.format.elf;
