package dev.orcinus.loader.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A writer of graphs as text. The text of a graph is always the same: it follows the graph's order,
 * and externals are sorted by name. A block is named after its section and its place in it.
 */
public final class GraphText {
    private final LinkGraph graph;
    private final Appendable out;
    private final Map<Block, String> names = new HashMap<>();
    private final Map<Block, List<Symbol>> symbols = new HashMap<>();

    private GraphText(LinkGraph graph, Appendable out) {
        this.graph = graph;
        this.out = out;
    }

    /** Writes a graph. */
    public static void write(LinkGraph graph, Appendable out) throws IOException {
        new GraphText(graph, out).write();
    }

    /**
     * Returns a name that is safe for a terminal: control characters are escaped, and so are
     * backslashes and characters beyond 16 bits.
     */
    public static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints()
                .forEach(
                        c -> {
                            if (c == '\\' || Character.isISOControl(c) || c > Character.MAX_VALUE) {
                                text.append("\\u{%x}".formatted(c));
                            } else {
                                text.appendCodePoint(c);
                            }
                        });
        return text.toString();
    }

    private void write() throws IOException {
        nameBlocks();
        for (Symbol symbol : graph.symbols()) {
            if (symbol.isDefined()) {
                symbols.computeIfAbsent(symbol.block(), _ -> new ArrayList<>()).add(symbol);
            }
        }
        for (Section section : graph.sections()) {
            write(section);
        }
        writeOthers();
        for (Initializer initializer : graph.initializers()) {
            line("  %s", text(initializer));
        }
        for (ComdatGroup group : graph.groups()) {
            line("  group %s: %s", printable(group.signature()), names(group.members()));
        }
        if (!graph.retained().isEmpty()) {
            line("  retained: %s", names(graph.retained()));
        }
        for (Symbol action : graph.finalizeActions()) {
            line("  finalize action: %s", place(action));
        }
    }

    private void nameBlocks() {
        for (Section section : graph.sections()) {
            String name = printable(section.name());
            if (isAmbiguous(section)) {
                name += ":" + use(section);
            }
            for (int i = 0; i < section.blocks().size(); i++) {
                names.put(section.blocks().get(i), name + "#" + i);
            }
        }
    }

    private boolean isAmbiguous(Section section) {
        for (Section.Use use : Section.Use.values()) {
            if (use != section.use() && graph.find(section.name(), use) != null) {
                return true;
            }
        }
        return false;
    }

    private void write(Section section) throws IOException {
        if (section.blocks().isEmpty()) {
            return;
        }
        line("  section %s: %s", printable(section.name()), use(section));
        for (Block block : section.blocks()) {
            write(block);
        }
    }

    private void write(Block block) throws IOException {
        line(
                "    %s: 0x%x bytes%s, aligned to 0x%x%s%s",
                name(block),
                block.sizeBytes(),
                block.isZeroFill() ? " of zeros" : "",
                block.alignmentBytes(),
                block.alignmentOffset() == 0
                        ? ""
                        : " + 0x" + Long.toHexString(block.alignmentOffset()),
                block.addressValue() == 0 ? "" : ", at " + block.address());
        for (Symbol symbol : symbols.getOrDefault(block, List.of())) {
            if (!symbol.name().isEmpty()) {
                line("      +0x%x: %s", symbol.offset(), definition(symbol));
            }
        }
        for (Edge edge : block.edges()) {
            line(
                    "      +0x%x: %s to %s%s",
                    edge.offset(), edge.kind().name(), target(edge.target()), addend(edge));
        }
    }

    private static String definition(Symbol symbol) {
        return "%s, 0x%x bytes%s"
                .formatted(printable(symbol.name()), symbol.sizeBytes(), manner(symbol));
    }

    private static String manner(Symbol symbol) {
        StringBuilder manner = new StringBuilder();
        manner.append(symbol.scope() == Scope.DEFAULT ? "" : ", " + lower(symbol.scope()));
        manner.append(symbol.linkage() == Linkage.STRONG ? "" : ", " + lower(symbol.linkage()));
        return manner.append(symbol.isThreadLocal() ? ", thread-local" : "").toString();
    }

    private void writeOthers() throws IOException {
        for (Symbol symbol : graph.symbols()) {
            if (symbol.kind() == Symbol.Kind.ABSOLUTE && !symbol.name().isEmpty()) {
                line("  absolute %s at %s", definition(symbol), symbol.address());
            }
        }
        List<Symbol> externals = new ArrayList<>(graph.externals());
        externals.sort(Comparator.comparing(Symbol::name));
        for (Symbol symbol : externals) {
            line(
                    "  external %s%s%s",
                    printable(symbol.name()),
                    manner(symbol),
                    symbol.addressValue() == 0 ? "" : " at " + symbol.address());
        }
    }

    private String text(Initializer initializer) {
        return "functions to "
                + lower(initializer.kind().when())
                + ", priority "
                + initializer.kind().rank()
                + (initializer.kind().lastFirst() ? ", last first: " : ": ")
                + name(initializer.block());
    }

    private String target(Symbol symbol) {
        if (!symbol.name().isEmpty()) {
            return printable(symbol.name());
        }
        return symbol.isDefined() ? place(symbol) : symbol.address().toString();
    }

    private String place(Symbol symbol) {
        String block = name(symbol.block());
        return symbol.offset() == 0 ? block : block + "+0x" + Long.toHexString(symbol.offset());
    }

    private static String addend(Edge edge) {
        if (edge.addend() == 0) {
            return "";
        }
        return (edge.addend() < 0 ? " - 0x" : " + 0x") + Long.toHexString(Math.abs(edge.addend()));
    }

    private String names(List<Block> blocks) {
        return String.join(", ", blocks.stream().map(this::name).toList());
    }

    private String name(Block block) {
        return names.getOrDefault(block, "a part of " + printable(block.section().name()));
    }

    private static String use(Section section) {
        return lower(section.use());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be this module's only library
    private void line(String format, Object... arguments) throws IOException {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
