package dev.orcinus.loader.link;

import dev.orcinus.platform.AddressRange;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How a program is to be described to the dynamic linker.
 *
 * @param name the program's name
 * @param isExported which symbols libraries may refer to
 * @param comesFirst whether libraries that are opened later find its symbols before those of other
 *     libraries
 * @param isWanted whether a description is wanted even if no object asks for one
 * @param reader returns what is in a part of the target's memory
 */
public record Introduction(
        String name,
        Predicate<String> isExported,
        boolean comesFirst,
        boolean isWanted,
        Function<AddressRange, MemorySegment> reader) {}
