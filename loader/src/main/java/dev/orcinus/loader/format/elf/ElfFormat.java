package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.FileKind;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctionSections;
import dev.orcinus.formats.elf.SymbolTable;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.format.ObjectText;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.graph.Bound;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.pass.CodePieces;
import dev.orcinus.loader.pass.EhFrames;
import dev.orcinus.loader.pass.IndirectFunctions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.runtime.dylib.FunctionSection;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The format of ELF relocatable objects. A C name is its own symbol. */
public final class ElfFormat implements ObjectFormat {
    private static final FunctionSection.Kind AT_START =
            new FunctionSection.Kind(
                    FunctionSection.When.INITIALIZE, ElfFunctionSections.CODE_RANK, false);
    private static final FunctionSection.Kind AT_END =
            new FunctionSection.Kind(
                    FunctionSection.When.FINALIZE, ElfFunctionSections.CODE_RANK, true);

    /** Makes the format. */
    public ElfFormat() {}

    @Override
    public String name() {
        return "ELF";
    }

    @Override
    public String symbolOf(String cName) {
        return cName;
    }

    @Override
    public String cNameOf(String symbol) {
        return symbol;
    }

    @Override
    public String unversioned(String symbol) {
        int at = symbol.indexOf('@');
        return at > 0 ? symbol.substring(0, at) : symbol;
    }

    @Override
    public void prepare(LinkGraph graph) {
        Architecture architecture = ElfMachine.named(graph.architecture()).architecture();
        EhFrames.split(graph, architecture);
        IndirectFunctions.addStubs(graph, architecture);
        CodePieces.join(graph, architecture, ".init", AT_START);
        CodePieces.join(graph, architecture, ".fini", AT_END);
    }

    @Override
    public Bound bound(String symbol) {
        return ElfBounds.of(symbol);
    }

    @Override
    public int headerBytes() {
        return ElfProgramHeader.BYTES;
    }

    @Override
    public byte[] header(
            String architecture, ExecutorAddress place, Map<Section.Use, AddressRange> memory) {
        return ElfProgramHeader.of(ElfMachine.named(architecture), place, memory);
    }

    @Override
    public boolean recognises(FileKind kind) {
        return kind == FileKind.ELF;
    }

    @Override
    public boolean isFor(Triple target) {
        return !target.text().contains("-apple-") && !target.text().contains("-windows");
    }

    @Override
    public LinkGraph read(String name, MemorySegment bytes) {
        return read(name, bytes, false);
    }

    @Override
    public LinkGraph readAsNeeded(String name, MemorySegment bytes) {
        return read(name, bytes, true);
    }

    private LinkGraph read(String name, MemorySegment bytes, boolean readsLater) {
        try {
            return ElfGraphBuilder.build(this, new FileBytes(name, bytes), readsLater);
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    /** Returns the defined symbols that are not local, as {@code ar} collects them. */
    @Override
    public List<String> exports(String name, MemorySegment bytes) {
        try {
            ElfFile file = ElfGraphBuilder.open(new FileBytes(name, bytes));
            Optional<SymbolTable> table = SymbolTable.of(file);
            return table.isPresent() ? exports(table.get()) : List.of();
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    private static List<String> exports(SymbolTable table) throws MalformedFileException {
        List<String> exports = new ArrayList<>();
        for (int i = 1; i < table.count(); i++) {
            if (table.binding(i) != Elf.STB_LOCAL && table.section(i) != Elf.SHN_UNDEF) {
                exports.add(table.name(i));
            }
        }
        return exports;
    }

    @Override
    public ObjectText text(String name, MemorySegment bytes, Appendable out) {
        try {
            return new ElfText(ElfGraphBuilder.open(new FileBytes(name, bytes)), out);
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }
}
