package dev.orcinus.loader.page;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What a page tells about one object. A block has a number, which it keeps from step to step. Most
 * blocks are the same after several steps, so the state of a block is written once, and a step only
 * names it. One thread at a time may use it.
 */
public final class LinkedObject {
    /** How much of a block's content a page shows. */
    private static final int SHOWN_BYTES = 4096;

    private final String label;
    private final String description;
    private final IdentityHashMap<Block, Integer> numbers = new IdentityHashMap<>();
    private final Map<String, Integer> names = new LinkedHashMap<>();
    private final Map<String, Integer> states = new LinkedHashMap<>();
    private final JsonText steps = new JsonText().open('[');
    private final Map<Integer, String> contents = new HashMap<>();
    private String tables = "";
    private String failure = "";

    /**
     * Makes an object without steps.
     *
     * @param label the name of its file
     * @param description what kind of file it is
     */
    public LinkedObject(String label, String description) {
        this.label = label;
        this.description = description;
    }

    /** Sets the text of its tables, as they stand in the file. */
    public void setTables(String text) {
        tables = text;
    }

    /** Sets the reason why it cannot be read or linked. */
    public void setFailure(String message) {
        failure = message;
    }

    /** Adds the state after a step. */
    public void addStep(String name, LinkGraph graph) {
        IdentityHashMap<Block, List<Symbol>> symbols = new IdentityHashMap<>();
        for (Symbol symbol : graph.symbols()) {
            if (symbol.isDefined() && !symbol.name().isEmpty()) {
                symbols.computeIfAbsent(symbol.block(), _ -> new ArrayList<>()).add(symbol);
            }
        }
        steps.open('{').name("name").value(name).name("sections").open('[');
        for (Section section : graph.sections()) {
            if (!section.blocks().isEmpty()) {
                addSection(section, symbols);
            }
        }
        steps.close(']').name("externals").open('[');
        for (Symbol external : graph.externals()) {
            steps.open('[').value(name(external.name())).value(address(external.addressValue()));
            steps.close(']');
        }
        steps.close(']').close('}');
    }

    private void addSection(Section section, IdentityHashMap<Block, List<Symbol>> symbols) {
        steps.open('[').value(name(section.name())).value(lower(section.use())).open('[');
        for (Block block : section.blocks()) {
            String state = state(block, symbols.getOrDefault(block, List.of()));
            steps.value(number(block)).value(states.computeIfAbsent(state, _ -> states.size()));
            steps.value(address(block.addressValue()));
        }
        steps.close(']').close(']');
    }

    private String state(Block block, List<Symbol> symbols) {
        JsonText state = new JsonText().open('[');
        state.value(block.sizeBytes()).value(block.alignmentBytes());
        state.value(block.isZeroFill() ? 1 : 0).open('[');
        for (Symbol symbol : symbols) {
            state.value(symbol.offset()).value(name(symbol.name()));
            state.value(symbol.sizeBytes()).value(name(manner(symbol)));
        }
        state.close(']').open('[');
        for (Edge edge : block.edges()) {
            Symbol target = edge.target();
            state.value(edge.offset()).value(name(edge.kind().name()));
            state.value(name(target.name()));
            state.value(target.isDefined() ? number(target.block()) : -1);
            state.value(target.isDefined() ? target.offset() : 0);
            state.value(Long.toString(edge.addend()));
        }
        return state.close(']').close(']').toString();
    }

    private static String manner(Symbol symbol) {
        List<String> words = new ArrayList<>();
        if (symbol.scope() != Scope.DEFAULT) {
            words.add(lower(symbol.scope()));
        }
        if (symbol.linkage() != Linkage.STRONG) {
            words.add(lower(symbol.linkage()));
        }
        if (symbol.isThreadLocal()) {
            words.add("thread-local");
        }
        return String.join(", ", words);
    }

    /**
     * Adds the bytes of the linked blocks.
     *
     * @param bytes returns the content of a block that has an address
     */
    public void addContents(LinkGraph graph, Function<Block, byte[]> bytes) {
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                if (!block.isZeroFill()) {
                    byte[] all = bytes.apply(block);
                    int shown = Math.min(all.length, SHOWN_BYTES);
                    contents.put(number(block), HexFormat.of().formatHex(all, 0, shown));
                }
            }
        }
    }

    private int number(Block block) {
        return numbers.computeIfAbsent(block, _ -> numbers.size());
    }

    private int name(String name) {
        return names.computeIfAbsent(name, _ -> names.size());
    }

    private static String address(long address) {
        return address == 0 ? "" : "0x" + Long.toHexString(address);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Appends the object as JSON; {@code page.html} says what its members mean. */
    void write(JsonText out) {
        out.open('{').name("file").value(label).name("kind").value(description);
        out.name("failure").value(failure).name("tables").value(tables);
        out.name("names").open('[');
        names.keySet().forEach(out::value);
        out.close(']').name("states").open('[');
        states.keySet().forEach(out::written);
        out.close(']').name("steps").written(steps + "]").name("contents").open('{');
        contents.forEach((number, hex) -> out.name(Integer.toString(number)).value(hex));
        out.close('}').close('}');
    }
}
