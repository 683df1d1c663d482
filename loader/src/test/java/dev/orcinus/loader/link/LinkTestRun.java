package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.ar.ArchiveWriter;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.MemberFiles;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The run of one folder of link tests: it links the objects and makes the checks in the sources.
 */
final class LinkTestRun {
    /** The address of the first byte of code, unless the test has another one. */
    private static final String USUAL_START = "0x100000000";

    private static final LinkOptions USUAL = new LinkOptions(1L << 30, false);

    private final LinkTestScript script;
    private final ImageTarget target;
    private final LinkSession session;
    private final Dylib dylib;
    private final Map<String, Unit> units = new HashMap<>();
    private LazyObjects members;
    private final Map<String, Long> values = new HashMap<>();

    LinkTestRun(LinkTestScript script) {
        this.script = script;
        String start = script.all("start").stream().findFirst().orElse(USUAL_START);
        this.target =
                new ImageTarget(new ExecutorAddress(Long.decode(start)), script.architecture());
        this.session =
                new LinkSession(
                        target,
                        new ElfFormat(),
                        new LinkOptions(USUAL.slabBytes(), !script.all("request-only").isEmpty()));
        this.dylib = session.createDylib("test");
    }

    void run() throws IOException {
        for (String definition : script.all("define")) {
            String[] parts = definition.split(" = ", 2);
            long value = Long.decode(parts[1]);
            values.put(parts[0], value);
            values.put("_" + parts[0], value); // the symbol of a Mach-O object
            session.define(dylib, parts[0], new ExecutorAddress(value));
        }
        session.addSource(dylib, new Library(libraryValues()));
        List<String> errors = script.all("error");
        if (errors.isEmpty()) {
            link();
            script.lines().forEach(this::check);
        } else {
            LinkException e = assertThrows(LinkException.class, this::link);
            errors.forEach(error -> assertTrue(e.getMessage().contains(error), e::getMessage));
            assertEquals(0, target.allocationCount(), "allocations left");
        }
    }

    private void link() throws IOException {
        addArchive();
        for (Path object : script.objects()) {
            String name = object.getFileName().toString();
            MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(object));
            units.put(name, session.add(dylib, () -> ObjectReader.read(name, bytes)));
        }
        List<String> requested = script.words("request-only");
        if (requested.isEmpty()) {
            session.initialize(dylib);
        } else {
            session.lookup(dylib, requested);
        }
    }

    /** The symbols that a loaded library exports, by the lines {@code # library: name = value}. */
    private record Library(Map<String, ExecutorAddress> symbols) implements SymbolSource {
        @Override
        public List<ExecutorAddress> find(List<String> names) {
            return names.stream()
                    .map(name -> symbols.getOrDefault(name, ExecutorAddress.NULL))
                    .toList();
        }

        @Override
        public boolean isOfLibraries() {
            return true;
        }
    }

    private Map<String, ExecutorAddress> libraryValues() {
        Map<String, ExecutorAddress> symbols = new HashMap<>();
        for (String definition : script.all("library")) {
            String[] parts = definition.split(" = ", 2);
            symbols.put(parts[0], new ExecutorAddress(Long.decode(parts[1])));
        }
        return symbols;
    }

    /** Makes an archive of the objects that {@code # archive:} names. */
    private void addArchive() throws IOException {
        ArchiveWriter archive = new ArchiveWriter();
        for (Path member : script.archive()) {
            byte[] bytes = Files.readAllBytes(member);
            String name = member.getFileName().toString();
            archive.add(name, bytes, new ElfFormat().exports(name, MemorySegment.ofArray(bytes)));
        }
        MemorySegment bytes = MemorySegment.ofArray(archive.write());
        members = session.addObjects(dylib, new ArchiveObjects("lib.a", bytes, MemberFiles.none()));
    }

    private Optional<Unit> member(String name) {
        return members.units().stream()
                .filter(unit -> unit.name().equals("lib.a(" + name + ")"))
                .findFirst();
    }

    private void check(LinkTestScript.Line line) {
        try {
            checkLine(line);
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError(
                    line.place() + ": " + line.argument() + ": " + e.getMessage(), e);
        }
    }

    private void checkLine(LinkTestScript.Line line) throws IOException {
        String argument = line.argument();
        switch (line.verb()) {
            case "let" -> {
                String[] parts = argument.split(" = ", 2);
                values.put(parts[0], value(parts[1]));
            }
            case "check" -> check(argument);
            case "aligned" -> checkAligned(words(argument));
            case "live" -> words(argument).forEach(name -> assertTrue(isLive(name), name));
            case "dead" -> words(argument).forEach(name -> assertFalse(isLive(name), name));
            case "frames" -> assertEquals(addresses(argument), frames(), "functions with frames");
            case "initializers" -> assertEquals(addresses(argument), target.calls(), "called");
            case "finalizers" -> {
                target.calls().clear();
                session.close(dylib);
                assertEquals(addresses(argument), target.calls(), "called");
            }
            case "actions" -> assertEquals(value(argument), wrapperCalls(), "wrapper calls");
            case "same-as" -> checkFile(argument.split(" @ ", 2));
            case "pulled" ->
                    words(argument).forEach(name -> assertTrue(member(name).isPresent(), name));
            case "not-pulled" ->
                    words(argument).forEach(name -> assertFalse(member(name).isPresent(), name));
            case "jitlink-check" -> checkAsJitLink(argument);
            case "archive",
                    "copy",
                    "library",
                    "flags",
                    "define",
                    "order",
                    "start",
                    "request-only",
                    "error",
                    "about" -> {}
            default -> throw new IllegalArgumentException("no such verb: " + line.verb());
        }
    }

    /** Makes a check that LLVM's linker makes too; only LLVM finds entries by their targets. */
    private void checkAsJitLink(String condition) {
        if (!condition.contains("_addr(")) {
            check(condition.replace(" = ", " == "));
        }
    }

    private static List<String> words(String argument) {
        return List.of(argument.split(" +"));
    }

    private void check(String condition) {
        boolean equal = condition.contains(" == ");
        String[] sides = condition.split(equal ? " == " : " != ", 2);
        String left = Long.toHexString(value(sides[0]));
        String right = Long.toHexString(value(sides[1]));
        if (equal) {
            assertEquals(right, left);
        } else {
            assertNotEquals(right, left);
        }
    }

    private void checkAligned(List<String> symbolAndBytes) {
        long bytes = Long.decode(symbolAndBytes.get(1));
        assertEquals(0, symbol(symbolAndBytes.getFirst()) & (bytes - 1), "past the alignment");
    }

    private void checkFile(String[] fileAndAddress) throws IOException {
        byte[] expected = Files.readAllBytes(script.folder().resolve(fileAndAddress[0]));
        byte[] linked =
                target.memory(new ExecutorAddress(value(fileAndAddress[1])))
                        .asSlice(0, expected.length)
                        .toArray(ValueLayout.JAVA_BYTE);
        HexFormat hex = HexFormat.ofDelimiter(" ");
        assertEquals(hex.formatHex(expected), hex.formatHex(linked));
    }

    private List<ExecutorAddress> addresses(String names) {
        return words(names).stream().map(name -> new ExecutorAddress(symbol(name))).toList();
    }

    private long value(String expression) {
        return Expression.evaluate(expression, this::symbol, this::load);
    }

    private long load(long address, int sizeBytes) {
        MemorySegment memory = target.memory(new ExecutorAddress(address));
        long value = 0;
        for (int i = sizeBytes - 1; i >= 0; i--) {
            value = (value << 8) | (memory.get(ValueLayout.JAVA_BYTE, i) & 0xff);
        }
        return value;
    }

    /** Returns the address of {@code name} as the dylib sees it, or of {@code file.o:name}. */
    private long symbol(String name) {
        Long value = values.get(name);
        if (value != null) {
            return value;
        }
        return find(name)
                .map(Symbol::addressValue)
                .orElseThrow(() -> new IllegalArgumentException("no symbol " + name));
    }

    private Optional<Symbol> find(String name) {
        int colon = name.indexOf(':');
        if (colon >= 0) {
            String file = name.substring(0, colon);
            Unit unit = units.containsKey(file) ? units.get(file) : member(file).orElseThrow();
            return find(unit.graph(), name.substring(colon + 1));
        }
        try {
            return dylib.resolve(name).map(Definition::symbol).or(() -> findLocal(name));
        } catch (LinkException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Optional<Symbol> findLocal(String name) {
        return units.values().stream()
                .flatMap(unit -> find(unit.graph(), name).stream())
                .findFirst();
    }

    private static Optional<Symbol> find(LinkGraph graph, String name) {
        return graph.symbols().stream().filter(symbol -> symbol.name().equals(name)).findFirst();
    }

    private boolean isLive(String name) {
        return find(name).filter(symbol -> symbol.block().isLive()).isPresent();
    }

    private long wrapperCalls() {
        return target.actions().stream().filter(TargetAction.CallWrapper.class::isInstance).count();
    }

    private List<ExecutorAddress> frames() {
        return target.actions().stream()
                .filter(TargetAction.RegisterEhFrame.class::isInstance)
                .map(action -> ((TargetAction.RegisterEhFrame) action).section())
                .flatMap(section -> new RegisteredFrames(this::load, section).functions().stream())
                .toList();
    }
}
