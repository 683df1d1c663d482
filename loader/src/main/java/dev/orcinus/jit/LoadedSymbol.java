package dev.orcinus.jit;

import dev.orcinus.loader.link.SymbolList;
import java.util.OptionalLong;

/**
 * A symbol that an object of a dylib defines for others; {@link JitDylib#symbols} lists them.
 * {@code orcinus inspect} prints the same of a file.
 *
 * <pre>{@code
 * dylib.symbols().stream()
 *         .filter(symbol -> symbol.kind() == LoadedSymbol.Kind.FUNCTION)
 *         .forEach(symbol -> System.out.println(symbol.name() + " " + symbol.sizeBytes()));
 * }</pre>
 *
 * @param name as C spells it
 * @param kind what it is
 * @param sizeBytes its size in bytes, 0 if the object does not say one
 * @param section the name of its section, such as {@code .text}
 * @param object the object that defines it, as it was named when it was added
 * @param address its address; empty if its object has not been linked yet, or if each thread has a
 *     variable of its own
 */
public record LoadedSymbol(
        String name,
        Kind kind,
        long sizeBytes,
        String section,
        String object,
        OptionalLong address) {
    /** The kind of a symbol. */
    public enum Kind {
        /** Code. */
        FUNCTION,
        /** Data that is only read. */
        CONSTANT,
        /** Data that is read and written. */
        VARIABLE,
        /** A variable of which each thread has one. */
        THREAD_LOCAL
    }

    static LoadedSymbol of(SymbolList.Entry entry) {
        return new LoadedSymbol(
                entry.name(),
                kind(entry),
                entry.sizeBytes(),
                entry.section(),
                entry.object(),
                entry.address().isPresent()
                        ? OptionalLong.of(entry.address().get().value())
                        : OptionalLong.empty());
    }

    private static Kind kind(SymbolList.Entry entry) {
        if (entry.isThreadLocal()) {
            return Kind.THREAD_LOCAL;
        }
        return switch (entry.use()) {
            case CODE -> Kind.FUNCTION;
            case CONSTANTS -> Kind.CONSTANT;
            case VARIABLES, LARGE, THREAD_LOCALS -> Kind.VARIABLE;
        };
    }
}
