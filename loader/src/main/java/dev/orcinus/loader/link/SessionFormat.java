package dev.orcinus.loader.link;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The object format of a session. The first object decides it; until then it is the format of the
 * target's own code. All objects of a session have one format, because formats know C names by
 * different symbols. Several threads may use it.
 */
public final class SessionFormat {
    private final GraphFormat own;
    private final Architecture architecture;
    private final ReentrantLock lock;
    private final List<Dylib> dylibs = new ArrayList<>();
    private volatile GraphFormat chosen;
    private String chooser;

    /**
     * Makes a format that no object has decided yet.
     *
     * @param own the format of the target's own code
     * @param lock the session's lock
     */
    SessionFormat(GraphFormat own, Architecture architecture, ReentrantLock lock) {
        this.own = own;
        this.architecture = architecture;
        this.lock = lock;
    }

    /** Returns the format as it is known now. */
    GraphFormat current() {
        GraphFormat known = chosen;
        return known == null ? own : known;
    }

    /** Returns the symbol by which the session's objects know a function or variable of C. */
    public String symbolOf(String cName) {
        return current().symbolOf(cName);
    }

    /** Returns the name that C has for a symbol. */
    String cNameOf(String symbol) {
        return current().cNameOf(symbol);
    }

    /**
     * Requires that a file has this format. The first file decides it.
     *
     * @param file the name of an object, or of an archive of such objects
     * @throws UnsupportedObjectException if another file has decided for another format
     */
    public void admit(String file, GraphFormat format) {
        if (chosen == null) {
            lock.lock();
            try {
                choose(file, format);
            } finally {
                lock.unlock();
            }
        }
        if (!chosen.name().equals(format.name())) {
            throw new UnsupportedObjectException(
                    file,
                    "an object of the format %s; with '%s' the session has the format %s"
                            .formatted(format.name(), chooser, chosen.name()));
        }
    }

    private void choose(String file, GraphFormat format) {
        if (chosen == null) {
            chooser = file;
            chosen = format;
            dylibs.forEach(this::equip);
            dylibs.clear();
        }
    }

    /**
     * Prepares a new dylib for the format, now or when it is decided. The session's lock is held.
     */
    void add(Dylib dylib) {
        if (chosen == null) {
            dylibs.add(dylib);
        } else {
            equip(dylib);
        }
    }

    /**
     * If the target's own code has another format, spells the symbols that the dylib defines
     * already, and lets it use what the format brings along.
     */
    private void equip(Dylib dylib) {
        if (isForeign()) {
            dylib.respell(symbol -> chosen.symbolOf(own.cNameOf(symbol)));
            ForeignLibrary library = new ForeignLibrary(chosen, architecture);
            dylib.objectSources().add(new LazyObjects(dylib, library, graph -> graph));
        }
    }

    /** Returns whether the target's own code has another format. */
    boolean isForeign() {
        return !current().name().equals(own.name());
    }

    /** Returns a source of symbols that asks another one by the names of the target's own code. */
    public SymbolSource asking(SymbolSource source) {
        return new OfTarget(this, source);
    }

    private record OfTarget(SessionFormat format, SymbolSource source) implements SymbolSource {
        @Override
        public List<ExecutorAddress> find(List<String> symbols) {
            return format.isForeign()
                    ? ask(source, symbols, format::nameInTarget)
                    : source.find(symbols);
        }

        @Override
        public Optional<LateLibrary> late() {
            return source.late();
        }

        @Override
        public boolean isKnownToDefine(String symbol) {
            return !format.isForeign() && source.isKnownToDefine(symbol);
        }

        @Override
        public boolean hasContentFor(Symbol common) {
            return !format.isForeign() && source.hasContentFor(common);
        }

        @Override
        public void prepareFor(List<String> symbols) {
            source.prepareFor(
                    format.isForeign()
                            ? symbols.stream()
                                    .map(format::nameInTarget)
                                    .filter(Objects::nonNull)
                                    .toList()
                            : symbols);
        }

        @Override
        public boolean isOfLibraries() {
            return source.isOfLibraries();
        }
    }

    private String nameInTarget(String symbol) {
        String name = current().foreignNameOf(symbol);
        return name == null ? null : own.symbolOf(name);
    }

    /** Returns a source of symbols that asks another one by C names. */
    public SymbolSource askingInC(SymbolSource source) {
        return symbols -> ask(source, symbols, current()::cNameOf);
    }

    /**
     * Asks a source for symbols by other names.
     *
     * @param naming returns the name of a symbol, or null if the source cannot have it
     */
    private static List<ExecutorAddress> ask(
            SymbolSource source, List<String> symbols, UnaryOperator<String> naming) {
        List<String> names = new ArrayList<>(symbols.size());
        for (String symbol : symbols) {
            names.add(naming.apply(symbol));
        }
        List<String> asked = new ArrayList<>(names);
        asked.removeIf(name -> name == null);
        List<ExecutorAddress> found = asked.isEmpty() ? List.of() : source.find(asked);
        List<ExecutorAddress> all = new ArrayList<>(symbols.size());
        int next = 0;
        for (String name : names) {
            all.add(name == null ? ExecutorAddress.NULL : found.get(next++));
        }
        return all;
    }
}
