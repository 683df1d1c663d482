package dev.orcinus.jit;

import dev.orcinus.formats.FileKind;
import dev.orcinus.formats.macho.UniversalFile;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.format.ObjectText;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.GraphText;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.input.ArchiveText;
import dev.orcinus.loader.input.ObjectFormats;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.input.UniversalFiles;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkObserver;
import dev.orcinus.loader.link.LinkObserver.Step;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.page.LinkedObject;
import dev.orcinus.loader.page.ObjectPage;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A printer for the contents of an object file or an archive, and for the steps of linking it. The
 * text for a file is the same on every machine. Nothing is loaded or run: the object is linked for
 * made-up addresses, and every symbol that it refers to exists.
 *
 * <pre>{@code
 * MemorySegment file = MemorySegment.ofArray(Files.readAllBytes(Path.of("main.o")));
 * ObjectInspector.of(ObjectInspector.allParts()).inspect("main.o", file, System.out);
 * }</pre>
 */
public final class ObjectInspector {
    private static final int BYTES_PER_LINE = 16;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private final Set<Part> parts;
    private final RehearsalTarget.Symbols symbols;

    /** A part of the text about an object. */
    public enum Part {
        /** Its sections. */
        SECTIONS,
        /** Its symbols. */
        SYMBOLS,
        /** Its relocations. */
        RELOCATIONS,
        /** Its link graph after each step of linking, and the linked bytes. */
        GRAPH
    }

    private ObjectInspector(Set<Part> parts, RehearsalTarget.Symbols symbols) {
        this.parts = parts;
        this.symbols = symbols;
    }

    /**
     * Returns an inspector that prints these parts. The symbols that the object refers to lie
     * within reach of direct references.
     */
    public static ObjectInspector of(Set<Part> parts) {
        return new ObjectInspector(
                Set.copyOf(Objects.requireNonNull(parts, "parts")), RehearsalTarget.Symbols.NEAR);
    }

    /**
     * Returns an inspector for the same parts, for which the symbols that the object refers to lie
     * out of reach of direct references.
     */
    public ObjectInspector withFarSymbols() {
        return new ObjectInspector(parts, RehearsalTarget.Symbols.FAR);
    }

    /**
     * Writes the text about a file. For an archive it always writes the members and the index, and
     * for a universal file the slices.
     *
     * @param label the file's name
     * @param file the file's content
     * @throws LinkException if the file cannot be read or linked; the text up to there has been
     *     written
     */
    public void inspect(String label, MemorySegment file, Appendable out) throws IOException {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(out, "out");
        out.append(GraphText.printable(label)).append(": ");
        FileKind kind = FileKind.of(file);
        out.append(kind.description()).append('\n');
        if (kind.isArchive()) {
            ArchiveText.write(label, file, out);
        } else if (kind.isUniversal()) {
            inspectSlices(UniversalFiles.read(label, file), out);
        } else {
            inspectObject(label, file, out);
        }
    }

    private void inspectSlices(UniversalFile file, Appendable out) throws IOException {
        String label = file.bytes().file();
        out.append("slices: ").append(Integer.toString(file.slices().size())).append('\n');
        for (UniversalFile.Slice slice : file.slices()) {
            out.append(
                    "  %s at 0x%x, 0x%x bytes\n"
                            .formatted(slice.processor(), slice.offset(), slice.sizeBytes()));
        }
        for (UniversalFile.Slice slice : file.slices()) {
            inspectSlice(label + "(" + slice.processor() + ")", file.content(slice), out);
        }
    }

    private void inspectSlice(String label, MemorySegment slice, Appendable out)
            throws IOException {
        if (FileKind.of(slice).isUniversal()) {
            throw new UnsupportedObjectException(label, "a universal file in a universal file");
        }
        inspect(label, slice, out);
    }

    private void inspectObject(String label, MemorySegment file, Appendable out)
            throws IOException {
        Optional<ObjectFormat> format = ObjectFormats.of(file);
        if (format.isPresent()) {
            writeTables(format.get().text(label, file, out), parts);
        }
        if (parts.contains(Part.GRAPH)) {
            inspectGraph(ObjectReader.read(label, file), out);
        }
    }

    private static void writeTables(ObjectText text, Set<Part> parts) throws IOException {
        if (parts.contains(Part.SECTIONS)) {
            text.writeSections();
        }
        if (parts.contains(Part.SYMBOLS)) {
            text.writeSymbols();
        }
        if (parts.contains(Part.RELOCATIONS)) {
            text.writeRelocations();
        }
    }

    private void inspectGraph(LinkGraph graph, Appendable out) throws IOException {
        RehearsalTarget target = new RehearsalTarget(graph.architecture(), symbols);
        try {
            rehearse(graph, target, new Rehearsal(graph, target, out)::after);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void rehearse(LinkGraph graph, RehearsalTarget target, LinkObserver observer) {
        LinkSession session =
                new LinkSession(target, graph.format(), LinkOptions.DEFAULT, observer);
        Dylib dylib = session.createDylib("inspected");
        session.addSource(dylib, names -> target.find(target.process(), names));
        session.add(dylib, () -> graph);
        session.linkAll(dylib);
    }

    /**
     * Writes a page of HTML about files: the tables of each object, its sections, symbols and
     * relocations, who refers to whom, and the graph after each step of linking. The page is one
     * file that loads nothing. It has all parts, whatever this inspector was made for. An object
     * that cannot be read or linked is on the page with the reason.
     *
     * <pre>{@code
     * ObjectInspector inspector = ObjectInspector.of(ObjectInspector.allParts());
     * inspector.writePage(Map.of("hello.o", MemorySegment.ofArray(bytes)), writer);
     * }</pre>
     *
     * @param files the content of each file by its name, in the order in which the page lists them
     */
    public void writePage(Map<String, MemorySegment> files, Appendable out) throws IOException {
        Objects.requireNonNull(files, "files");
        Objects.requireNonNull(out, "out");
        ObjectPage page = new ObjectPage();
        for (Map.Entry<String, MemorySegment> file : files.entrySet()) {
            addTo(page, file.getKey(), file.getValue());
        }
        page.write(out);
    }

    private void addTo(ObjectPage page, String label, MemorySegment file) throws IOException {
        FileKind kind = FileKind.of(file);
        StringBuilder tables = new StringBuilder();
        LinkedObject object = new LinkedObject(label, kind.description());
        page.add(object);
        try {
            if (kind.isArchive()) {
                ArchiveText.write(label, file, tables);
                addMembers(page, label, file);
            } else if (kind.isUniversal()) {
                UniversalFile slices = UniversalFiles.read(label, file);
                for (UniversalFile.Slice slice : slices.slices()) {
                    String name = label + "(" + slice.processor() + ")";
                    addObject(page, name, slices.content(slice));
                }
            } else {
                addSteps(object, label, file, tables);
            }
        } catch (LinkException e) {
            object.setFailure(e.getMessage());
        }
        object.setTables(tables.toString());
    }

    private void addMembers(ObjectPage page, String label, MemorySegment file) throws IOException {
        for (Map.Entry<String, MemorySegment> member : ArchiveText.contents(label, file)) {
            addObject(page, label + "(" + member.getKey() + ")", member.getValue());
        }
    }

    /** Adds a part of a file, which is an object or is only named. */
    private void addObject(ObjectPage page, String label, MemorySegment file) throws IOException {
        FileKind kind = FileKind.of(file);
        if (kind.isArchive() || kind.isUniversal()) {
            LinkedObject container = new LinkedObject(label, kind.description());
            container.setFailure("what is in a file of this kind inside of another is not shown");
            page.add(container);
        } else {
            addTo(page, label, file);
        }
    }

    private void addSteps(
            LinkedObject object, String label, MemorySegment file, StringBuilder tables)
            throws IOException {
        Optional<ObjectFormat> format = ObjectFormats.of(file);
        if (format.isPresent()) {
            writeTables(format.get().text(label, file, tables), allParts());
        }
        LinkGraph graph = ObjectReader.read(label, file);
        RehearsalTarget target = new RehearsalTarget(graph.architecture(), symbols);
        rehearse(
                graph,
                target,
                (step, changed) -> {
                    if (changed == graph) {
                        object.addStep(name(step), graph);
                        if (step == Step.FIXED_UP) {
                            object.addContents(
                                    graph,
                                    block -> target.bytes(block.address(), block.sizeBytes()));
                        }
                    }
                });
    }

    private static String name(Step step) {
        return step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /**
     * A printer for the steps of linking one graph.
     *
     * @param graph the graph
     * @param target the target that it is linked for
     * @param out receives the text
     */
    private record Rehearsal(LinkGraph graph, RehearsalTarget target, Appendable out) {
        void after(Step step, LinkGraph changed) {
            try {
                if (changed == graph) {
                    write(step);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void write(Step step) throws IOException {
            out.append("graph, ").append(name(step)).append(":\n");
            if (step == Step.FIXED_UP) {
                writeContents();
            } else {
                GraphText.write(graph, out);
            }
        }

        private void writeContents() throws IOException {
            for (Section section : graph.sections()) {
                for (Block block : section.blocks()) {
                    if (!block.isZeroFill()) {
                        write(block);
                    }
                }
            }
        }

        private void write(Block block) throws IOException {
            out.append("  ").append(GraphText.printable(block.section().name())).append('\n');
            byte[] bytes = target.bytes(block.address(), block.sizeBytes());
            for (int i = 0; i < bytes.length; i += BYTES_PER_LINE) {
                out.append("    ").append(block.address().plus(i).toString()).append(": ");
                int end = Math.min(bytes.length, i + BYTES_PER_LINE);
                out.append(HEX.formatHex(bytes, i, end)).append('\n');
            }
        }
    }

    /** Returns all parts. */
    public static Set<Part> allParts() {
        return Set.copyOf(List.of(Part.values()));
    }
}
