package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.graph.Bound;
import dev.orcinus.loader.graph.Bound.Kind;
import java.util.List;

/**
 * The symbols that static linkers define (manual of GNU ld: "Orphan Sections" for {@code __start_}
 * and {@code __stop_}, and the default linker script for the others). An object's own definition
 * counts before them.
 */
final class ElfBounds {
    private static final String START = "__start_";
    private static final String STOP = "__stop_";
    private static final List<String> BEFORE_INITIALIZERS = List.of(".preinit_array");
    private static final List<String> INITIALIZERS = List.of(".init_array", ".ctors");
    private static final List<String> FINALIZERS = List.of(".fini_array", ".dtors");

    private ElfBounds() {}

    /** Returns the place that a symbol stands for, or null. */
    static Bound of(String symbol) {
        if (symbol.startsWith(START)) {
            return section(symbol.substring(START.length()), false);
        }
        if (symbol.startsWith(STOP)) {
            return section(symbol.substring(STOP.length()), true);
        }
        return switch (symbol) {
            case "__ehdr_start" -> Bound.of(Kind.HEADER, false);
            case "__executable_start" -> Bound.of(Kind.CODE, false);
            case "etext", "_etext", "__etext" -> Bound.of(Kind.CODE, true);
            case "data_start", "__data_start" -> Bound.of(Kind.DATA, false);
            case "edata", "_edata" -> Bound.of(Kind.DATA, true);
            case "__bss_start" -> Bound.of(Kind.ZEROS, false);
            case "end", "_end" -> Bound.of(Kind.ZEROS, true);
            case "__preinit_array_start" -> functions(BEFORE_INITIALIZERS, false);
            case "__preinit_array_end" -> functions(BEFORE_INITIALIZERS, true);
            case "__init_array_start" -> functions(INITIALIZERS, false);
            case "__init_array_end" -> functions(INITIALIZERS, true);
            case "__fini_array_start" -> functions(FINALIZERS, false);
            case "__fini_array_end" -> functions(FINALIZERS, true);
            default -> null;
        };
    }

    private static Bound functions(List<String> sections, boolean atEnd) {
        return new Bound(Kind.FUNCTIONS, sections, atEnd);
    }

    /** Only sections whose names C can write have bounds. */
    private static Bound section(String name, boolean atEnd) {
        boolean isIdentifier = !name.isEmpty() && !Character.isDigit(name.charAt(0));
        for (int i = 0; i < name.length() && isIdentifier; i++) {
            char c = name.charAt(i);
            isIdentifier = c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
        }
        return isIdentifier ? Bound.ofSection(name, atEnd) : null;
    }
}
