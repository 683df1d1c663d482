package dev.orcinus.formats.dwarf;

/**
 * A line of a source file.
 *
 * @param file its name as the compiler was given it
 * @param line its number, from 1
 */
public record SourceLine(String file, int line) {}
