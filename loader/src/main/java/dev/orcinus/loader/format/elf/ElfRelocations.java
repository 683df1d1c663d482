package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.RelocationTable;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.UnsupportedRelocationException;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.EdgeSource;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;

/**
 * The relocations of an object. Each becomes an edge of the kind that the processor's table has for
 * it. Those of an archive's member are read when it is known which of its blocks are needed.
 */
final class ElfRelocations implements EdgeSource {
    private final ElfObject object;
    private final ElfMachine machine;
    private final LinkGraph graph;
    private final ElfSections sections;
    private final ElfSymbols symbols;
    private final boolean readsLater;
    private boolean retainsGotBase;

    /**
     * Makes the relocations of an object.
     *
     * @param readsLater whether a block's relocations may be read when they are needed
     */
    ElfRelocations(ElfObject object, ElfSections sections, ElfSymbols symbols, boolean readsLater) {
        this.object = object;
        this.machine = object.machine();
        this.graph = object.graph();
        this.sections = sections;
        this.symbols = symbols;
        this.readsLater = readsLater;
    }

    /** Adds the edges to the graph. */
    void add() throws MalformedFileException {
        if (readsLater) {
            sections.addFrameSymbols();
        }
        for (SectionHeader header : object.file().sections()) {
            if (header.type() == Elf.SHT_CREL) {
                throw new UnsupportedObjectException(
                        graph.name(),
                        object.file().name(header)
                                + " holds relocations in the experimental form CREL; assemble"
                                + " without --crel");
            }
            if (RelocationTable.isOne(header)) {
                add(header);
            }
        }
    }

    private void add(SectionHeader header) throws MalformedFileException {
        String what = "sh_info of relocations";
        int target = object.file().section(header.info(), what, header.offset()).index();
        Block block = sections.block(target);
        if (block == null) {
            return;
        }
        object.symbolsOf(header);
        if (!readsLater) {
            add(header, block);
        } else if (block.hasEdges()) { // they come first
            block.edges();
            addEdges(block, header.index());
        } else {
            block.readLater(this, header.index());
        }
    }

    private void add(SectionHeader header, Block block) throws MalformedFileException {
        RelocationTable table = RelocationTable.of(object.file(), header);
        block.expectEdges(table.count());
        for (int i = 0; i < table.count(); i++) {
            add(table, i, block);
        }
    }

    @Override
    public void addEdges(Block block, int table) {
        SectionHeader header = object.file().sections()[table];
        retainsGotBase = false;
        try {
            add(header, block);
            if (retainsGotBase) {
                block.addEdge(EdgeKind.KEEP_ALIVE, 0, symbols.gotBase(), 0);
            }
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        } catch (InternalError _) {
            throw ReadErrors.of(
                    object.bytes()
                            .malformed(
                                    header.offset(),
                                    "the file has become shorter since it was opened"));
        }
    }

    private void add(RelocationTable table, int i, Block block) throws MalformedFileException {
        long at = table.at(i);
        int number = table.type(i);
        long offset = table.offset(i);
        EdgeKind kind = kind(number, block, offset);
        if (kind == null) {
            return;
        }
        requireInside(at, offset, kind, block);
        requireFit(at, offset, number, kind, block);
        long addend =
                table.hasAddends()
                        ? table.addend(i)
                        : machine.implicitAddend(kind, block.content(), offset);
        Symbol target = symbols.target(table.symbol(i), at, block.section().name());
        if (machine.isThreadLocal(kind) && !target.isThreadLocal()) {
            throw notThreadLocal(at, machine.nameOf(number), block, offset, target);
        }
        if (machine.needsGotBase(kind)) {
            retainGotBase();
        }
        block.addEdge(kind, (int) offset, target, addend);
    }

    private void retainGotBase() {
        if (!retainsGotBase) {
            retainsGotBase = true;
            Block base = symbols.gotBase().block();
            if (!readsLater) {
                graph.retained().add(base);
            }
        }
    }

    /** Returns the kind of edge; null if the relocation changes nothing. */
    private EdgeKind kind(int number, Block block, long offset) {
        EdgeKind kind = machine.kind(number);
        if (kind == null && !machine.isMark(number)) {
            throw new UnsupportedRelocationException(
                    "%s: %s".formatted(graph.name(), place(block, offset)),
                    number,
                    machine.nameOf(number));
        }
        return kind;
    }

    private void requireInside(long at, long offset, EdgeKind kind, Block block)
            throws MalformedFileException {
        long size = block.content().byteSize();
        if (offset < 0 || offset > size - kind.sizeBytes()) {
            throw malformed(
                    at,
                    "a relocation of %d bytes at %s leaves the section's content of 0x%x bytes"
                            .formatted(kind.sizeBytes(), place(block, offset), size));
        }
    }

    private void requireFit(long at, long offset, int number, EdgeKind kind, Block block)
            throws MalformedFileException {
        if (!kind.fits(block.content(), offset)) {
            throw malformed(
                    at,
                    "%s at %s is not for the instruction that is there"
                            .formatted(machine.nameOf(number), place(block, offset)));
        }
    }

    private MalformedFileException notThreadLocal(
            long at, String relocation, Block block, long offset, Symbol target) {
        return malformed(
                at,
                "%s at %s to %s, which is not thread-local"
                        .formatted(relocation, place(block, offset), target));
    }

    private static String place(Block block, long offset) {
        return "%s+0x%x".formatted(block.section().name(), offset);
    }

    private MalformedFileException malformed(long at, String problem) {
        return object.bytes().malformed(at, problem);
    }
}
