package dev.orcinus.jit.binding;

import java.util.HashMap;
import java.util.Map;

/**
 * The Java objects that C code can call because of one dylib, by their functional interfaces. All
 * interfaces that are bound to the dylib share them, so an object has the same address for all, and
 * to bind an interface again takes no memory of C. Its lock guards it.
 */
public final class CallbackTables {
    private final Map<Class<?>, CallbackTable> tables = new HashMap<>();

    /** Makes none. */
    public CallbackTables() {}

    /** Adds a table for a functional interface, unless there is one, and returns it. */
    synchronized CallbackTable add(Class<?> type, BoundLibrary library, CallbackType made) {
        return tables.computeIfAbsent(type, _ -> new CallbackTable(library, made));
    }
}
