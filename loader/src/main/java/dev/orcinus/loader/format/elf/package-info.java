/**
 * ELF64 little-endian relocatable objects (System V gABI, chapters 4 and 5, and the processor
 * supplements): a raw, bounds-checked reader, and the builder that makes a link graph of what it
 * reads. Nothing outside of this package knows of ELF.
 */
package dev.orcinus.loader.format.elf;
