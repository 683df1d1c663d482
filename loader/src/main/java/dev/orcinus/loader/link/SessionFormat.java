package dev.orcinus.loader.link;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The object format of a session. The first object decides it; until then it is the format of the
 * target's own code. All objects of a session have one format, because they know C names by
 * different symbols otherwise. Several threads may use it.
 */
final class SessionFormat {
    private final GraphFormat own;
    private volatile GraphFormat chosen;
    private String chooser;

    /**
     * Makes a format that no object has decided yet.
     *
     * @param own the format of the target's own code
     */
    SessionFormat(GraphFormat own) {
        this.own = own;
    }

    /** Returns the format as it is known now. */
    GraphFormat current() {
        GraphFormat known = chosen;
        return known == null ? own : known;
    }

    /** Returns whether an object has decided it. */
    boolean isDecided() {
        return chosen != null;
    }

    /**
     * Decides the format if no object has done so.
     *
     * @param file the name of the object
     * @throws UnsupportedObjectException if an object of another format has decided it
     */
    synchronized void admit(String file, GraphFormat format) {
        if (chosen == null) {
            chosen = format;
            chooser = file;
        } else if (!chosen.name().equals(format.name())) {
            throw new UnsupportedObjectException(
                    file,
                    "an object of the format %s; with '%s' the session has the format %s"
                            .formatted(format.name(), chooser, chosen.name()));
        }
    }

    /** Returns whether the target's own code has another format. */
    boolean isForeign() {
        return !current().name().equals(own.name());
    }

    /** Returns a source of symbols that asks another one by the names of the target's own code. */
    SymbolSource asking(SymbolSource source) {
        return new Translated(this, source);
    }

    private record Translated(SessionFormat format, SymbolSource source) implements SymbolSource {
        @Override
        public List<ExecutorAddress> find(List<String> symbols) {
            return format.isForeign() ? format.findForeign(source, symbols) : source.find(symbols);
        }
    }

    private List<ExecutorAddress> findForeign(SymbolSource source, List<String> symbols) {
        List<String> names = new ArrayList<>();
        for (String symbol : symbols) {
            String name = current().foreignNameOf(symbol);
            if (name != null) {
                names.add(own.symbolOf(name));
            }
        }
        List<ExecutorAddress> found = names.isEmpty() ? List.of() : source.find(names);
        List<ExecutorAddress> all = new ArrayList<>();
        int next = 0;
        for (String symbol : symbols) {
            boolean isAsked = current().foreignNameOf(symbol) != null;
            all.add(isAsked ? found.get(next++) : ExecutorAddress.NULL);
        }
        return all;
    }
}
