package dev.orcinus.formats.elf;

/**
 * A symbol that a shared library defines.
 *
 * @param name its name, without the version
 * @param version its version; empty if the library has none
 * @param library the library, as {@code DT_NEEDED} names it
 */
public record VersionedSymbol(String name, String version, String library) {}
