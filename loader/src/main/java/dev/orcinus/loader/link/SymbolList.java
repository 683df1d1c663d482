package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The symbols that the objects of a dylib export, with what is known of them. It has no state. */
public final class SymbolList {
    private SymbolList() {}

    /**
     * A symbol.
     *
     * @param name as C spells it
     * @param object the object that defines it
     * @param section its section
     * @param use what the section is for
     * @param isThreadLocal whether each thread has one
     * @param sizeBytes its size, 0 if the object does not say one
     * @param address where it is; empty if its object is not linked, or if it is thread-local
     */
    public record Entry(
            String name,
            String object,
            String section,
            Section.Use use,
            boolean isThreadLocal,
            long sizeBytes,
            Optional<ExecutorAddress> address) {}

    static List<Entry> of(Dylib dylib, SessionFormat format) {
        List<Entry> entries = new ArrayList<>();
        for (Unit unit : dylib.units()) {
            for (Symbol symbol : unit.graph().symbols()) {
                if (isExported(symbol)) {
                    entries.add(entry(unit, symbol, format));
                }
            }
        }
        return entries;
    }

    private static boolean isExported(Symbol symbol) {
        boolean isSeen = symbol.scope() == Scope.DEFAULT || symbol.scope() == Scope.PROTECTED;
        return symbol.isDefined() && isSeen && !symbol.name().isEmpty();
    }

    private static Entry entry(Unit unit, Symbol symbol, SessionFormat format) {
        boolean isInPlace = unit.state() == Unit.State.LINKED && !symbol.isThreadLocal();
        Section section = symbol.block().section();
        return new Entry(
                format.cNameOf(symbol.name()),
                unit.name(),
                section.name(),
                section.use(),
                symbol.isThreadLocal(),
                symbol.sizeBytes(),
                isInPlace ? Optional.of(symbol.address()) : Optional.empty());
    }
}
