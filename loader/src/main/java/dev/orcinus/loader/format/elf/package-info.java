/**
 * ELF64 little-endian relocatable objects (System V gABI, chapters 4 and 5, and the processor
 * supplements) become link graphs. {@code dev.orcinus.formats.elf} reads the bytes. This package is
 * the only one in the loader that knows what ELF sections, symbols and relocation numbers mean.
 * {@code input} calls it through {@code ObjectFormat}.
 */
package dev.orcinus.loader.format.elf;
