package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.FileKind;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachSymbol;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.format.ObjectText;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.format.macho.unwind.CompactUnwind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.pass.BlocksByAddress;
import dev.orcinus.loader.pass.EhFrames;
import dev.orcinus.loader.pass.IndirectFunctions;
import dev.orcinus.loader.pass.SectionBounds;
import dev.orcinus.platform.Triple;
import dev.orcinus.runtime.guest.DarwinNames;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The format of Mach-O objects. The symbol of a C name begins with an underscore. */
public final class MachOFormat implements ObjectFormat {
    /** Makes the format. */
    public MachOFormat() {}

    @Override
    public String name() {
        return "Mach-O";
    }

    @Override
    public String symbolOf(String cName) {
        return "_" + cName;
    }

    @Override
    public String cNameOf(String symbol) {
        return symbol.startsWith("_") ? symbol.substring(1) : null;
    }

    @Override
    public String foreignNameOf(String symbol) {
        String cName = cNameOf(symbol);
        return cName == null ? null : DarwinNames.elsewhere(cName);
    }

    @Override
    public LinkGraph foreignObject(String symbol, String architecture) {
        return DarwinLibrary.object(this, symbol, MachOMachine.named(architecture));
    }

    @Override
    public void prepare(LinkGraph graph) {
        Architecture architecture = MachOMachine.named(graph.architecture()).architecture();
        EhFrames.split(graph, architecture, new BlocksByAddress(graph));
        Section unwind = graph.find(MachOSections.COMPACT_UNWIND, Section.Use.CONSTANTS);
        CompactUnwind.translate(graph, architecture, unwind);
        IndirectFunctions.addStubs(graph, architecture);
        SectionBounds.define(graph, MachOFormat::ends);
    }

    /**
     * Returns the bound that a symbol stands for, or null: {@code section$start$S$X} is the start
     * of section X of segment S, {@code segment$end$S} is the end of segment S, and so on (ld(1),
     * "Section and segment boundaries").
     */
    private static SectionBounds.Bound ends(String symbol) {
        if (symbol.indexOf('$') < 0) {
            return null;
        }
        String[] parts = symbol.split("\\$", 4);
        boolean isWhole = parts.length == 3 && parts[0].equals("segment");
        boolean isOne = parts.length == 4 && parts[0].equals("section");
        boolean atEnd = parts.length > 1 && parts[1].equals("end");
        if ((!isWhole && !isOne) || (!atEnd && !parts[1].equals("start"))) {
            return null;
        }
        String prefix = parts[2] + ",";
        return isWhole
                ? new SectionBounds.Bound(name -> name.startsWith(prefix), atEnd, prefix)
                : new SectionBounds.Bound((prefix + parts[3])::equals, atEnd, prefix + parts[3]);
    }

    @Override
    public boolean recognises(FileKind kind) {
        return kind == FileKind.MACH_O;
    }

    @Override
    public boolean isFor(Triple target) {
        return target.text().contains("-apple-");
    }

    @Override
    public LinkGraph read(String name, MemorySegment bytes) {
        try {
            return MachOGraphBuilder.build(this, new FileBytes(name, bytes));
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    /** Returns the defined symbols that other objects may refer to, as {@code ranlib} does. */
    @Override
    public List<String> exports(String name, MemorySegment bytes) {
        try {
            List<String> exports = new ArrayList<>();
            for (MachSymbol symbol :
                    MachOGraphBuilder.open(new FileBytes(name, bytes)).symbols().symbols()) {
                if (!symbol.isForDebuggers() && symbol.isExternal() && !symbol.isUndefined()) {
                    exports.add(symbol.name());
                }
            }
            return exports;
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    @Override
    public ObjectText text(String name, MemorySegment bytes, Appendable out) {
        try {
            return new MachOText(MachOGraphBuilder.open(new FileBytes(name, bytes)), out);
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }
}
