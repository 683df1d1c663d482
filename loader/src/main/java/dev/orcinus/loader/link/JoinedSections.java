package dev.orcinus.loader.link;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Bound;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sections that lie side by side although they come from several objects, because code refers to
 * their bounds. A unit of its own has the memory and the symbols of the bounds; the blocks move
 * there when the objects have been lowered. If code refers to a bound of the whole memory, all
 * variables of the objects are joined, those that are zero at first behind the others. The
 * session's lock guards it.
 *
 * <p>The bounds are those of the objects that are linked together, as a linker's output has them.
 * An object that has a joined section and comes later is refused: code that is in place knows the
 * section's end. For bounds of the whole memory, later objects are like a library that is loaded
 * later, whose memory does not lie between the program's bounds.
 */
final class JoinedSections {
    private static final String DATA = "$data";
    private static final String ZEROS = "$zeros";
    private static final String HEADER = "$header";

    private final Dylib dylib;
    private final Map<String, Bound> bounds;
    private final LinkGraph graph;
    private final List<Unit> members = new ArrayList<>();
    private final Map<List<String>, Section> homes = new LinkedHashMap<>();
    private final Map<Block, LinkGraph> owners = new HashMap<>();
    private final Set<Unit> moved = new LinkedHashSet<>();
    private final Map<Bound, List<Symbol>> program = new HashMap<>();
    private Unit unit;
    private Block header;
    private AddressRange code;
    private byte[] headerBytes = {};

    JoinedSections(Dylib dylib, MemberSearch.Bounds wanted) {
        this.dylib = dylib;
        this.bounds = wanted.bounds();
        this.graph =
                new LinkGraph(
                        "(joined sections of " + dylib.name() + ")",
                        wanted.format(),
                        wanted.architecture());
    }

    /**
     * Defines the bounds.
     *
     * @param found the objects that are linked together
     * @return the unit that has the memory between them; null if there are no such sections
     */
    Unit define(Iterable<Unit> found) {
        requireNone();
        for (Unit candidate : found) {
            if (candidate.dylib() == dylib) {
                members.add(candidate);
            }
        }
        members.sort(Comparator.comparingLong(Unit::serial));
        Set<Bound> used = new LinkedHashSet<>(bounds.values());
        used.removeIf(bound -> !bound.isAlwaysDefined() && useOf(bound) == null);
        used.removeIf(this::isKnown);
        used.forEach(this::addHome);
        bounds.forEach(
                (name, bound) -> {
                    if (used.contains(bound)) {
                        define(name, bound);
                    }
                });
        if (used.isEmpty()) {
            return null;
        }
        members.forEach(this::retain);
        unit = dylib.add(graph);
        return unit;
    }

    /** Defines the symbols of a bound of the whole memory that an earlier batch has. */
    private boolean isKnown(Bound bound) {
        Optional<JoinedSections> earlier = dylib.program();
        if (bound.isOfSections() || earlier.isEmpty()) {
            return false;
        }
        bounds.forEach(
                (name, other) -> {
                    if (other.equals(bound)) {
                        dylib.define(name, earlier.get().address(bound));
                    }
                });
        return true;
    }

    /** Requires that no part of a section is in place already. */
    private void requireNone() {
        for (Bound bound : bounds.values()) {
            if (bound.kind() == Bound.Kind.SECTION) {
                Optional<String> linked = dylib.linkedPart(bound);
                if (linked.isPresent()) {
                    throw new UnsupportedObjectException(
                            linked.get(),
                            "it was linked before an object that refers to the bounds of its section"
                                    + " '%s'; objects that share a section must be added before the"
                                            .formatted(bound.sections().getFirst())
                                    + " first of them is linked");
                }
            }
        }
    }

    /** Returns the use of the memory for a section: it is writable if one of the parts is. */
    private Section.Use useOf(Bound bound) {
        Section.Use use = null;
        for (Unit member : members) {
            for (Section section : member.graph().sections()) {
                boolean isPart =
                        bound.includes(section.name())
                                && section.use() != Section.Use.THREAD_LOCALS
                                && !section.blocks().isEmpty();
                if (isPart && (use == null || section.use().compareTo(use) > 0)) {
                    use = section.use();
                }
            }
        }
        return use;
    }

    /** Makes the section that the parts move to, with a mark at its start and one at its end. */
    private void addHome(Bound bound) {
        if (bound.isOfSections()) {
            Section.Use use = useOf(bound);
            homes.computeIfAbsent(
                    bound.sections(),
                    names -> marked(names.getFirst(), use == null ? Section.Use.VARIABLES : use));
        } else if (header == null) {
            marked(DATA, Section.Use.VARIABLES);
            marked(ZEROS, Section.Use.VARIABLES);
            headerBytes = new byte[graph.format().headerBytes()];
            header =
                    graph.section(HEADER, Section.Use.CODE)
                            .addBlock(MemorySegment.ofArray(headerBytes), Long.BYTES);
            graph.retained().add(header);
        }
    }

    private Section marked(String name, Section.Use use) {
        Section section = graph.section(name, use);
        graph.retained().add(section.addZeroFill(0, 1));
        graph.retained().add(section.addZeroFill(0, 1));
        return section;
    }

    private void define(String name, Bound bound) {
        Symbol symbol = graph.define(name, mark(bound), 0, 0).as(Linkage.STRONG, Scope.HIDDEN);
        if (bound.kind() == Bound.Kind.CODE) {
            program.computeIfAbsent(bound, _ -> new ArrayList<>()).add(symbol);
        }
    }

    private Block mark(Bound bound) {
        Section section =
                switch (bound.kind()) {
                    case SECTION, FUNCTIONS -> homes.get(bound.sections());
                    case DATA -> graph.section(DATA, Section.Use.VARIABLES);
                    case ZEROS -> graph.section(ZEROS, Section.Use.VARIABLES);
                    case HEADER, CODE -> graph.section(HEADER, Section.Use.CODE);
                };
        return bound.atEnd() ? section.blocks().getLast() : section.blocks().getFirst();
    }

    private void retain(Unit member) {
        for (Section section : member.graph().sections()) {
            if (home(section) != null && isOfBounds(section)) {
                for (Block block : section.blocks()) {
                    if (!block.isDiscarded()) {
                        member.graph().retained().add(block);
                    }
                }
            }
        }
    }

    private boolean isOfBounds(Section section) {
        for (Bound bound : bounds.values()) {
            if (bound.includes(section.name())) {
                return true;
            }
        }
        return false;
    }

    /** Returns the section that the blocks of an object's section move to; null if they stay. */
    private Section home(Section section) {
        if (section.use() == Section.Use.THREAD_LOCALS) {
            return null;
        }
        for (Bound bound : bounds.values()) {
            if (bound.includes(section.name())) {
                return homes.get(bound.sections());
            }
        }
        if (header == null || section.use() != Section.Use.VARIABLES) {
            return null;
        }
        return graph.find(section.isZeroFill() ? ZEROS : DATA, Section.Use.VARIABLES);
    }

    /** Returns whether a block lies apart from the other memory of its object. */
    boolean hasTaken(Block block) {
        return home(block.section()) != null;
    }

    /** Moves the live blocks of all objects to their sections. */
    void move() {
        Map<Section, List<Moved>> contents = new LinkedHashMap<>();
        for (Unit member : members) {
            Map<Block, Integer> ranks = ranks(member.graph());
            for (Section section : member.graph().sections()) {
                Section home = home(section);
                if (home != null && !section.blocks().isEmpty()) {
                    moved.add(member);
                    for (Block block : section.blocks()) {
                        contents.computeIfAbsent(home, _ -> new ArrayList<>())
                                .add(new Moved(block, ranks.getOrDefault(block, 0)));
                        owners.put(block, member.graph());
                    }
                    section.setBlocks(new ArrayList<>());
                }
            }
        }
        contents.forEach(JoinedSections::fill);
    }

    /** A block, and its place among others of its section. */
    private record Moved(Block block, int rank) {}

    private static Map<Block, Integer> ranks(LinkGraph graph) {
        Map<Block, Integer> ranks = new HashMap<>();
        for (Initializer initializer : graph.initializers()) {
            ranks.put(initializer.block(), initializer.kind().rank());
        }
        return ranks;
    }

    private static void fill(Section home, List<Moved> moved) {
        moved.sort(Comparator.comparingInt(Moved::rank));
        List<Block> blocks = new ArrayList<>(moved.size() + 2);
        Block start = home.blocks().getFirst();
        moved.forEach(m -> start.raiseAlignment(m.block.alignmentBytes()));
        blocks.add(start);
        moved.forEach(m -> blocks.add(m.block));
        blocks.add(home.blocks().getLast());
        home.setBlocks(blocks);
    }

    /** Returns the graph that a block comes from, by which its edges are written. */
    Map<Block, LinkGraph> owners() {
        return owners;
    }

    /** Gives the bounds of code their places, when all objects have theirs. */
    void placed() {
        if (header == null) {
            return;
        }
        Map<Section.Use, AddressRange> memory = new EnumMap<>(Section.Use.class);
        for (Section.Use use : List.of(Section.Use.CODE, Section.Use.VARIABLES)) {
            memory.put(use, unit.rooms().get(use));
        }
        for (Unit member : members) {
            AddressRange room = member.rooms().get(Section.Use.CODE);
            if (room != null) {
                memory.merge(Section.Use.CODE, room, JoinedSections::union);
            }
        }
        code = memory.get(Section.Use.CODE);
        program.forEach(
                (bound, symbols) -> {
                    long offset = address(bound).minus(header.address());
                    symbols.forEach(symbol -> symbol.moveTo(header, offset));
                });
        byte[] bytes =
                graph.format().header(graph.architecture(), header.address(), Map.copyOf(memory));
        System.arraycopy(bytes, 0, headerBytes, 0, headerBytes.length);
    }

    private static AddressRange union(AddressRange one, AddressRange other) {
        return new AddressRange(
                one.start().compareTo(other.start()) <= 0 ? one.start() : other.start(),
                one.end().compareTo(other.end()) >= 0 ? one.end() : other.end());
    }

    /** Notes that everything is in place: the objects can only be removed together now. */
    void commit() {
        for (Bound bound : bounds.values()) {
            if (bound.kind() == Bound.Kind.SECTION) {
                dylib.closeSection(bound);
            }
        }
        if (header != null) {
            dylib.setProgram(this);
        }
        for (Unit member : moved) {
            member.setJoined();
            member.use(unit);
            unit.use(member);
        }
    }

    /** Returns the address of a bound of the whole memory, which is in place. */
    ExecutorAddress address(Bound bound) {
        return switch (bound.kind()) {
            case HEADER -> header.address();
            case CODE -> bound.atEnd() ? code.end() : code.start();
            case DATA, ZEROS -> mark(bound).address();
            case SECTION, FUNCTIONS -> throw new IllegalArgumentException(bound.toString());
        };
    }

    /** Forgets the bounds, which are defined again by the next attempt. */
    void cancel() {
        dylib.remove(unit);
        unit.become(Unit.State.REMOVED);
    }
}
