/**
 * 64-bit Mach-O objects (Apple's {@code mach-o/loader.h}, {@code nlist.h} and {@code reloc.h})
 * become link graphs. {@code dev.orcinus.formats.macho} reads the bytes. This package is the only
 * one in the loader that knows what Mach-O sections, symbols and relocation types mean. {@code
 * input} calls it through {@code ObjectFormat}.
 */
package dev.orcinus.loader.format.macho;
