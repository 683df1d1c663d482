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
import dev.orcinus.loader.link.LinkObserver.Step;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A printer for the contents of an object file or an archive, and for the steps of linking it. The
 * text for a file is the same on every machine. Nothing is loaded or run: the object is linked for
 * made-up addresses, and every symbol that it refers to exists.
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
            inspectTables(format.get().text(label, file, out));
        }
        if (parts.contains(Part.GRAPH)) {
            inspectGraph(ObjectReader.read(label, file), out);
        }
    }

    private void inspectTables(ObjectText text) throws IOException {
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
        Rehearsal rehearsal = new Rehearsal(graph, target, out);
        try {
            LinkSession session =
                    new LinkSession(target, graph.format(), LinkOptions.DEFAULT, rehearsal::after);
            Dylib dylib = session.createDylib("inspected");
            session.addSource(dylib, names -> target.find(target.process(), names));
            session.add(dylib, () -> graph);
            session.linkAll(dylib);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
            out.append("graph, ");
            out.append(step.name().toLowerCase(Locale.ROOT).replace('_', ' ')).append(":\n");
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
