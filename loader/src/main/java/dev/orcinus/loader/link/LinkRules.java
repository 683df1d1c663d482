package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The rules by which the references of a dylib's objects are bound: options that static linkers
 * have. They count for objects that are linked later. Several threads may use them.
 */
public final class LinkRules {
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();

    private volatile boolean firstDefinitionCounts;
    private volatile Stack stack = Stack.AS_OBJECTS_NEED;

    /** The stacks of a program. */
    public enum Stack {
        /** Executable if an object says that it needs that. */
        AS_OBJECTS_NEED,
        /** Executable ({@code -z execstack}). */
        EXECUTABLE,
        /** Not executable ({@code -z noexecstack}). */
        NOT_EXECUTABLE
    }

    LinkRules() {}

    /** Lets the first of several strong definitions count ({@code -z muldefs}). */
    public void letFirstDefinitionCount() {
        firstDefinitionCounts = true;
    }

    boolean firstDefinitionCounts() {
        return firstDefinitionCounts;
    }

    /** Sets which stacks the program has. */
    public void setStack(Stack wanted) {
        stack = wanted;
    }

    /** Returns whether an object needs an executable stack. */
    boolean needsExecutableStack(LinkGraph graph) {
        return switch (stack) {
            case AS_OBJECTS_NEED -> graph.needsExecutableStack();
            case EXECUTABLE -> true;
            case NOT_EXECUTABLE -> false;
        };
    }

    /** Makes references to a symbol refer to another one ({@code --defsym}, {@code --wrap}). */
    public void rename(String symbol, String other) {
        names.put(symbol, other);
    }

    /** Takes the member of an archive that defines a symbol, if there is one ({@code -u}). */
    public void want(String symbol) {
        wanted.add(symbol);
    }

    /** Returns whether references to some symbols refer to others. */
    boolean hasOtherNames() {
        return !names.isEmpty();
    }

    /** Renames the symbols of all rules. */
    void respell(UnaryOperator<String> spelling) {
        Map<String, String> before = Map.copyOf(names);
        names.clear();
        before.forEach((from, to) -> names.put(spelling.apply(from), spelling.apply(to)));
        Set<String> asked = Set.copyOf(wanted);
        wanted.clear();
        asked.forEach(symbol -> wanted.add(spelling.apply(symbol)));
    }

    Set<String> wanted() {
        return wanted;
    }

    /** Returns the name that is looked up instead of another one. */
    String nameOf(String symbol) {
        return names.isEmpty() ? symbol : names.getOrDefault(symbol, symbol);
    }

    /**
     * Returns the name that is looked up for an external symbol. A definition that gave way to
     * another one of its name keeps its name.
     */
    String nameOf(Unit unit, Symbol external) {
        String name = external.name();
        if (names.isEmpty()) {
            return name;
        }
        return names.containsKey(name) && !unit.graph().replacedNames().contains(name)
                ? names.get(name)
                : name;
    }
}
