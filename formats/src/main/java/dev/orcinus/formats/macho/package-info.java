/**
 * Mach-O of 64 bits, little-endian ({@code <mach-o/loader.h>}, {@code <mach-o/nlist.h>}, {@code
 * <mach-o/reloc.h>}, {@code <mach-o/fat.h>}): a raw, bounds-checked reader of objects and universal
 * files. Knows load commands, sections, symbols and relocations, and not what relocations mean to a
 * processor. Called by the loader, which reads objects.
 */
package dev.orcinus.formats.macho;
