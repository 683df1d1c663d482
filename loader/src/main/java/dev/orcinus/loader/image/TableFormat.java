package dev.orcinus.loader.image;

import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.image.ProgramTables.AddressIn;
import dev.orcinus.loader.image.ProgramTables.DebugFile;
import dev.orcinus.loader.image.ProgramTables.Defined;
import dev.orcinus.loader.image.ProgramTables.Extent;
import dev.orcinus.loader.image.ProgramTables.Functions;
import dev.orcinus.loader.image.ProgramTables.KeptEdge;
import dev.orcinus.loader.image.ProgramTables.Moved;
import dev.orcinus.loader.image.ProgramTables.Named;
import dev.orcinus.loader.image.ProgramTables.OutsideSymbol;
import dev.orcinus.loader.image.ProgramTables.ThreadLocals;
import dev.orcinus.runtime.dylib.FunctionSection;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The form of a kept program's tables in its file. The kinds of edges stay in memory. */
@SuppressWarnings("EnumOrdinal") // no other process reads the file
final class TableFormat {
    private static final Section.Use[] USES = Section.Use.values();
    private static final Linkage[] LINKAGES = Linkage.values();
    private static final Scope[] SCOPES = Scope.values();
    private static final FunctionSection.When[] WHENS = FunctionSection.When.values();
    private static final int NO_USE = -1;

    private static final int IN_THREAD_LOCALS = 1;
    private static final int START_OF_THREAD_LOCALS = 2;
    private static final int FIXED = 3;
    private static final int OUTSIDE = 4;
    private static final int IN_MEMORY = 5;

    private final List<EdgeKind> kinds;
    private final MemorySegment offsets;
    private long offsetsAt;

    /**
     * The form for a program.
     *
     * @param kinds those that its edges have; writing adds to them
     * @param offsets the places of words that move, when they are read
     */
    TableFormat(List<EdgeKind> kinds, MemorySegment offsets) {
        this.kinds = kinds;
        this.offsets = offsets;
    }

    byte[] write(ProgramTables tables) {
        TableWriter out = new TableWriter();
        all(out, tables.outside(), TableFormat::write);
        all(out, tables.threadLocals(), TableFormat::write);
        all(out, tables.definitions(), TableFormat::write);
        all(out, tables.edges(), this::write);
        all(out, tables.initializers(), this::write);
        all(out, tables.frames(), TableFormat::write);
        all(out, tables.contents(), TableFormat::write);
        all(out, tables.moved(), TableFormat::write);
        all(out, tables.objects(), TableWriter::text);
        all(out, tables.debugFiles(), TableFormat::write);
        return out.written();
    }

    ProgramTables read(byte[] table) {
        TableReader in = new TableReader(table);
        return new ProgramTables(
                all(in, TableFormat::outside),
                all(in, TableFormat::threadLocals),
                all(in, TableFormat::defined),
                all(in, this::edge),
                all(in, this::functions),
                all(in, TableFormat::extent),
                all(in, TableFormat::extent),
                all(in, this::moved),
                all(in, TableReader::text),
                all(in, TableFormat::debugFile));
    }

    static byte[] writeNames(List<List<Named>> names) {
        TableWriter out = new TableWriter();
        all(out, names, (to, ofObject) -> all(to, ofObject, TableFormat::write));
        return out.written();
    }

    static List<List<Named>> readNames(byte[] table) {
        return all(new TableReader(table), from -> all(from, TableFormat::named));
    }

    private static <T> void all(
            TableWriter out, List<T> elements, BiConsumer<TableWriter, T> write) {
        out.small(elements.size());
        elements.forEach(element -> write.accept(out, element));
    }

    private static <T> List<T> all(TableReader in, Function<TableReader, T> read) {
        int count = in.small();
        List<T> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(read.apply(in));
        }
        return elements;
    }

    private static void write(TableWriter out, OutsideSymbol symbol) {
        out.text(symbol.name());
        out.small(symbol.linkage().ordinal());
        out.flag(symbol.threadLocal());
        out.flag(symbol.needsObject());
    }

    private static OutsideSymbol outside(TableReader in) {
        return new OutsideSymbol(in.text(), LINKAGES[in.small()], in.flag(), in.flag());
    }

    private static void write(TableWriter out, ThreadLocals block) {
        out.text(block.section());
        out.bytes(block.content());
        out.number(block.sizeBytes());
        out.number(block.alignmentBytes());
        out.number(block.alignmentOffset());
    }

    private static ThreadLocals threadLocals(TableReader in) {
        return new ThreadLocals(in.text(), in.bytes(), in.number(), in.number(), in.number());
    }

    private static void write(TableWriter out, Defined symbol) {
        out.text(symbol.name());
        write(out, symbol.place());
        out.number(symbol.sizeBytes());
        out.small(symbol.linkage().ordinal());
        out.small(symbol.scope().ordinal());
        out.flag(symbol.isInline());
    }

    private static Defined defined(TableReader in) {
        return new Defined(
                in.text(),
                place(in),
                in.number(),
                LINKAGES[in.small()],
                SCOPES[in.small()],
                in.flag());
    }

    private void write(TableWriter out, KeptEdge edge) {
        int kind = kinds.indexOf(edge.kind());
        if (kind < 0) {
            kind = kinds.size();
            kinds.add(edge.kind());
        }
        out.small(kind);
        write(out, edge.from());
        write(out, edge.target());
        out.number(edge.addend());
    }

    private KeptEdge edge(TableReader in) {
        return new KeptEdge(kinds.get(in.small()), place(in), place(in), in.number());
    }

    private void write(TableWriter out, Functions array) {
        out.small(array.kind().when().ordinal());
        out.small(array.kind().rank());
        out.flag(array.kind().lastFirst());
        out.number(array.sizeBytes());
        all(out, array.edges(), this::write);
    }

    private Functions functions(TableReader in) {
        FunctionSection.Kind kind =
                new FunctionSection.Kind(WHENS[in.small()], in.small(), in.flag());
        return new Functions(kind, in.number(), all(in, this::edge));
    }

    private static void write(TableWriter out, Named symbol) {
        out.text(symbol.name());
        out.small(symbol.use().ordinal());
        out.number(symbol.offset());
        out.number(symbol.sizeBytes());
    }

    private static Named named(TableReader in) {
        return new Named(in.text(), USES[in.small()], in.number(), in.number());
    }

    private static void write(TableWriter out, DebugFile file) {
        out.small(file.object());
        out.number(file.sizeBytes());
        all(out, file.addresses(), TableFormat::write);
    }

    private static DebugFile debugFile(TableReader in) {
        return new DebugFile(in.small(), in.number(), all(in, TableFormat::address));
    }

    private static void write(TableWriter out, AddressIn address) {
        out.small(address.at());
        out.small(address.use().ordinal());
        out.number(address.offset());
    }

    private static AddressIn address(TableReader in) {
        return new AddressIn(in.small(), USES[in.small()], in.number());
    }

    private static void write(TableWriter out, Extent part) {
        out.small(part.use().ordinal());
        out.number(part.offset());
        out.number(part.sizeBytes());
    }

    private static Extent extent(TableReader in) {
        return new Extent(USES[in.small()], in.number(), in.number());
    }

    private static void write(TableWriter out, Moved words) {
        out.small(words.use().ordinal());
        writeUse(out, words.grows());
        writeUse(out, words.shrinks());
        out.small(words.sizeBytes());
        out.number(words.offsets().byteSize());
    }

    /** Reads which words move; their places lie one behind the other behind the tables. */
    private Moved moved(TableReader in) {
        Section.Use use = USES[in.small()];
        Section.Use grows = use(in);
        Section.Use shrinks = use(in);
        int sizeBytes = in.small();
        long offsetsBytes = in.number();
        MemorySegment own = offsets.asSlice(offsetsAt, offsetsBytes);
        offsetsAt += offsetsBytes;
        return new Moved(use, grows, shrinks, sizeBytes, own);
    }

    private static void writeUse(TableWriter out, Section.Use use) {
        out.small(use == null ? NO_USE : use.ordinal());
    }

    private static Section.Use use(TableReader in) {
        int ordinal = in.small();
        return ordinal == NO_USE ? null : USES[ordinal];
    }

    private static void write(TableWriter out, Place place) {
        switch (place) {
            case Place.InMemory(Section.Use use, long offset) -> {
                out.small(IN_MEMORY + use.ordinal());
                out.number(offset);
            }
            case Place.InThreadLocals(int block, long offset) -> {
                out.small(IN_THREAD_LOCALS);
                out.small(block);
                out.number(offset);
            }
            case Place.StartOfThreadLocals() -> out.small(START_OF_THREAD_LOCALS);
            case Place.Fixed(long address) -> {
                out.small(FIXED);
                out.number(address);
            }
            case Place.Outside(int symbol) -> {
                out.small(OUTSIDE);
                out.small(symbol);
            }
        }
    }

    private static Place place(TableReader in) {
        int kind = in.small();
        return switch (kind) {
            case IN_THREAD_LOCALS -> new Place.InThreadLocals(in.small(), in.number());
            case START_OF_THREAD_LOCALS -> new Place.StartOfThreadLocals();
            case FIXED -> new Place.Fixed(in.number());
            case OUTSIDE -> new Place.Outside(in.small());
            default -> new Place.InMemory(USES[kind - IN_MEMORY], in.number());
        };
    }
}
