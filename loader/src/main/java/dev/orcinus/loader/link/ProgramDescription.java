package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.pass.FrameTable;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The description of a linked program for the dynamic linker. It is for one program. */
final class ProgramDescription {
    /** Functions whose users may ask the dynamic linker about the program. */
    private static final Set<String> ASKING =
            Set.of(
                    "_dl_find_object",
                    "backtrace_symbols",
                    "backtrace_symbols_fd",
                    "dl_iterate_phdr",
                    "dladdr",
                    "dladdr1",
                    "dlinfo",
                    "dlmopen",
                    "dlopen",
                    "dlsym",
                    "dlvsym");

    private final List<LinkedProgram.Symbol> symbols = new ArrayList<>();
    private final List<LinkedProgram.Frame> frames = new ArrayList<>();
    private final Map<Section.Use, AddressRange> memory = new EnumMap<>(Section.Use.class);

    private final Introduction introduction;

    private ProgramDescription(Introduction introduction) {
        this.introduction = introduction;
    }

    /**
     * Describes the linked objects of a dylib, and of those that it is linked against; empty if
     * nobody wants a description.
     */
    static Optional<LinkedProgram> of(Dylib dylib, Introduction introduction) {
        List<Unit> units = linkedUnits(dylib);
        if (!introduction.isWanted() && !isAskedFor(units)) {
            return Optional.empty();
        }
        ProgramDescription description = new ProgramDescription(introduction);
        units.forEach(description::add);
        if (description.memory.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new LinkedProgram(
                        introduction.name(),
                        description.segments(),
                        description.symbols,
                        introduction.comesFirst(),
                        description.frames));
    }

    /** Returns whether one of the objects refers to a function that asks the dynamic linker. */
    private static boolean isAskedFor(List<Unit> units) {
        for (Unit unit : units) {
            for (Symbol external : unit.graph().externals()) {
                if (ASKING.contains(external.name())) {
                    return true;
                }
            }
        }
        return false;
    }

    private void add(Unit unit) {
        unit.rooms().forEach((use, room) -> memory.merge(use, room, ProgramDescription::hull));
        for (AddressRange section : unit.frames()) {
            frames.addAll(FrameTable.of(section.start(), introduction.reader().apply(section)));
        }
        for (Symbol symbol : unit.graph().symbols()) {
            if (isVisible(symbol) && introduction.isExported().test(symbol.name())) {
                symbols.add(described(symbol));
            }
        }
    }

    private static boolean isVisible(Symbol symbol) {
        return symbol.isDefined() && symbol.scope() == Scope.DEFAULT && !symbol.isThreadLocal();
    }

    private static LinkedProgram.Symbol described(Symbol symbol) {
        boolean isFunction = symbol.block().section().use() == Section.Use.CODE;
        return new LinkedProgram.Symbol(
                symbol.name(), symbol.address(), symbol.sizeBytes(), isFunction);
    }

    /**
     * Returns the definitions that take the place of those of libraries. Those of inline functions
     * do not: the objects use the library's ({@link SharedInstances}).
     */
    static List<LinkedProgram.Symbol> preempting(Dylib dylib) {
        List<LinkedProgram.Symbol> definitions = new ArrayList<>();
        for (Unit unit : linkedUnits(dylib)) {
            for (Symbol symbol : unit.graph().symbols()) {
                Definition counts = unit.dylib().definitions().get(symbol.name());
                if (isVisible(symbol)
                        && !symbol.isInline()
                        && counts != null
                        && counts.symbol() == symbol) {
                    definitions.add(described(symbol));
                }
            }
        }
        return definitions;
    }

    private static List<Unit> linkedUnits(Dylib dylib) {
        List<Unit> units = new ArrayList<>();
        for (Dylib part : dylib.withDependencies(_ -> true)) {
            for (Unit unit : part.units()) {
                if (unit.state() == Unit.State.LINKED) {
                    units.add(unit);
                }
            }
        }
        return units;
    }

    /** Returns a segment for each kind of memory; one of code, if they are not apart. */
    private List<LinkedProgram.Segment> segments() {
        List<LinkedProgram.Segment> segments = new ArrayList<>();
        AddressRange all = null;
        long sizeBytes = 0;
        for (Map.Entry<Section.Use, AddressRange> part : memory.entrySet()) {
            AddressRange range = part.getValue();
            segments.add(new LinkedProgram.Segment(range, part.getKey().prot()));
            all = all == null ? range : hull(all, range);
            sizeBytes += range.sizeBytes();
        }
        return all != null && sizeBytes > all.sizeBytes()
                ? List.of(new LinkedProgram.Segment(all, Section.Use.CODE.prot()))
                : segments;
    }

    static AddressRange hull(AddressRange one, AddressRange other) {
        ExecutorAddress start =
                one.start().compareTo(other.start()) <= 0 ? one.start() : other.start();
        ExecutorAddress end = one.end().compareTo(other.end()) >= 0 ? one.end() : other.end();
        return new AddressRange(start, end);
    }
}
