package dev.orcinus.loader.graph;

import java.util.List;

/**
 * A place in the memory of all objects of a dylib that are linked together, for which an object
 * format has a symbol.
 *
 * @param kind what begins or ends there
 * @param sections the names of the sections, for {@link Kind#SECTION} and {@link Kind#FUNCTIONS}
 * @param atEnd whether it is the end, and not the start
 */
public record Bound(Kind kind, List<String> sections, boolean atEnd) {
    /** What a bound is the start or the end of. */
    public enum Kind {
        /** A section. If no object has it, the bound is not defined. */
        SECTION,
        /**
         * Arrays of functions, in the order in which they run. The sections' names may be followed
         * by a dot and a priority. If there are none, the bounds are equal.
         */
        FUNCTIONS,
        /** A header that describes the memory. */
        HEADER,
        /** Header, code. */
        CODE,
        /** Variables that have initial values. */
        DATA,
        /** Variables that are zero at first. */
        ZEROS
    }

    /** Returns a bound of a section. */
    public static Bound ofSection(String name, boolean atEnd) {
        return new Bound(Kind.SECTION, List.of(name), atEnd);
    }

    /** Returns a bound of the whole memory of one kind. */
    public static Bound of(Kind kind, boolean atEnd) {
        return new Bound(kind, List.of(), atEnd);
    }

    /** Returns whether it is a bound of sections, and not of the whole memory. */
    public boolean isOfSections() {
        return kind == Kind.SECTION || kind == Kind.FUNCTIONS;
    }

    /** Returns whether it is defined although there is nothing between the bounds. */
    public boolean isAlwaysDefined() {
        return kind != Kind.SECTION;
    }

    /** Returns whether it is a bound of a section of that name. */
    public boolean includes(String name) {
        for (String section : sections) {
            if (name.startsWith(section)
                    && (name.length() == section.length()
                            || (kind == Kind.FUNCTIONS && name.charAt(section.length()) == '.'))) {
                return true;
            }
        }
        return false;
    }
}
