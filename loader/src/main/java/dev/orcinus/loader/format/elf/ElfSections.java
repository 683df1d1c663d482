package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctionSections;
import dev.orcinus.formats.elf.RelocationTable;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.formats.elf.SymbolTable;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.ComdatGroup;
import dev.orcinus.loader.graph.DebugObject;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.FunctionSection.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sections of an object. Each section that will be in memory becomes a block; COMDAT groups are
 * added too.
 */
final class ElfSections {
    private static final String EH_FRAME = ".eh_frame";
    private static final String STACK_NOTE = ".note.GNU-stack";

    private final ElfObject object;
    private final ElfFile file;
    private final LinkGraph graph;
    private final Block[] blocks;
    private final Symbol[] symbols;

    ElfSections(ElfObject object) {
        this.object = object;
        this.file = object.file();
        this.graph = object.graph();
        this.blocks = new Block[file.sections().length];
        this.symbols = new Symbol[blocks.length];
    }

    /** Returns the number of all sections of the object. */
    int count() {
        return blocks.length;
    }

    /** Returns the block of a section, or null if it is not in memory. */
    Block block(int section) {
        return blocks[section];
    }

    /** Returns a symbol at the start of a section that is in memory. */
    Symbol symbol(int section) {
        if (symbols[section] == null) {
            symbols[section] = graph.anonymous(blocks[section]);
        }
        return symbols[section];
    }

    /**
     * Adds the symbols of sections with call frame information, which have to be there when those
     * are split into records.
     */
    void addFrameSymbols() {
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i] != null && blocks[i].section() == graph.ehFrame()) {
                symbol(i);
            }
        }
    }

    /** Adds the blocks to the graph. */
    void add() throws MalformedFileException {
        boolean needsStack = object.machine().isStackExecutable();
        boolean isShown = DebugObject.isForAll();
        for (SectionHeader header : file.sections()) {
            if (isLoaded(header)) {
                add(header, file.name(header));
            } else if (header.type() == Elf.SHT_PROGBITS) {
                String name = file.name(header);
                if (ElfDebugObject.isDebugInfo(name)) {
                    isShown = true;
                } else if (name.equals(STACK_NOTE)) {
                    needsStack = header.has(Elf.SHF_EXECINSTR);
                }
            }
        }
        if (needsStack) {
            graph.setNeedsExecutableStack();
        }
        if (isShown) {
            graph.setDebugObject(new ElfDebugObject(file, blocks));
        }
        addOrder();
    }

    private static boolean isLoaded(SectionHeader header) {
        return header.index() != 0
                && header.has(Elf.SHF_ALLOC)
                && !header.has(Elf.SHF_EXCLUDE)
                && header.type() != Elf.SHT_GROUP
                && !RelocationTable.isOne(header);
    }

    private void add(SectionHeader header, String name) throws MalformedFileException {
        requireSize(header, name);
        requirePlain(header, name);
        Section section = graph.section(name, use(header));
        Block block =
                header.isZeroFill() || header.sizeBytes() == 0
                        ? section.addZeroFill(header.sizeBytes(), header.alignmentBytes())
                        : section.addBlock(file.content(header), header.alignmentBytes());
        blocks[header.index()] = block;
        if (name.equals(EH_FRAME)) {
            graph.setEhFrame(section);
        }
        Optional<ElfFunctionSections.Order> order = ElfFunctionSections.of(header.type(), name);
        if (order.isPresent()) {
            graph.initializers().add(new Initializer(kind(order.get()), block));
        }
        if (header.has(Elf.SHF_GNU_RETAIN)) {
            graph.retained().add(block);
        }
    }

    static FunctionSection.Kind kind(ElfFunctionSections.Order order) {
        When when = order.atStart() ? When.INITIALIZE : When.FINALIZE;
        return new FunctionSection.Kind(when, order.rank(), order.lastFirst());
    }

    private void requireSize(SectionHeader header, String name) throws MalformedFileException {
        long largest =
                areZeros(header) ? ElfObject.LARGEST_ZEROS_BYTES : ElfObject.LARGEST_SECTION_BYTES;
        long mostAligned = ElfObject.LARGEST_ALIGNMENT_BYTES;
        if (Long.compareUnsigned(header.sizeBytes(), largest) > 0
                || Long.compareUnsigned(header.alignmentBytes(), mostAligned) > 0) {
            throw malformed(
                    header,
                    "section %d '%s' has 0x%x bytes, aligned to 0x%x; the limits are 0x%x and 0x%x"
                            .formatted(
                                    header.index(),
                                    name,
                                    header.sizeBytes(),
                                    header.alignmentBytes(),
                                    largest,
                                    mostAligned));
        }
    }

    private void requirePlain(SectionHeader header, String name) throws MalformedFileException {
        if (header.has(Elf.SHF_COMPRESSED)) {
            throw malformed(
                    header,
                    "section %d '%s' has SHF_ALLOC and SHF_COMPRESSED, which exclude each other"
                            .formatted(header.index(), name));
        }
    }

    private MalformedFileException malformed(SectionHeader header, String problem) {
        return object.bytes().malformed(header.offset(), problem);
    }

    private static Section.Use use(SectionHeader header) {
        if (header.has(Elf.SHF_TLS)) {
            return Section.Use.THREAD_LOCALS;
        }
        if (header.has(Elf.SHF_EXECINSTR)) {
            return Section.Use.CODE;
        }
        if (areZeros(header)) {
            return ElfObject.useOfZeros(header.sizeBytes(), header.has(Elf.SHF_X86_64_LARGE));
        }
        return header.has(Elf.SHF_WRITE) ? Section.Use.VARIABLES : Section.Use.CONSTANTS;
    }

    /** Returns whether a section is variables that are zeros at first. */
    private static boolean areZeros(SectionHeader header) {
        return header.isZeroFill() && header.has(Elf.SHF_WRITE) && !header.has(Elf.SHF_TLS);
    }

    /**
     * Adds edges for {@code SHF_LINK_ORDER}: a section that is ordered by another one describes it,
     * and is kept as long as that one. A section with this flag that names no other section is
     * treated like any other.
     */
    private void addOrder() throws MalformedFileException {
        for (SectionHeader header : file.sections()) {
            if (blocks[header.index()] != null
                    && header.has(Elf.SHF_LINK_ORDER)
                    && header.link() != 0) {
                String what = "sh_link of section " + header.index();
                int other = file.section(header.link(), what, header.offset()).index();
                if (blocks[other] != null) {
                    blocks[other].addEdge(EdgeKind.KEEP_ALIVE, 0, symbol(header.index()), 0);
                }
            }
        }
    }

    /** Adds the COMDAT groups to the graph. */
    void addGroups() throws MalformedFileException {
        for (SectionHeader header : file.sections()) {
            if (header.type() == Elf.SHT_GROUP) {
                addGroup(header);
            }
        }
    }

    private void addGroup(SectionHeader header) throws MalformedFileException {
        int words = file.entryCount(header, Integer.BYTES);
        if (words == 0 || (object.bytes().u32(header.offset()) & Elf.GRP_COMDAT) == 0) {
            return;
        }
        SymbolTable table = object.symbolsOf(header);
        table.require(header.info(), header.offset(), "the group in section " + header.index());
        List<Block> members = new ArrayList<>(words);
        for (int i = 1; i < words; i++) {
            long at = header.offset() + (long) i * Integer.BYTES;
            int member = file.section(object.bytes().u32(at), "a member of the group", at).index();
            if (blocks[member] != null) {
                members.add(blocks[member]);
            }
        }
        graph.groups().add(new ComdatGroup(signature(table, header.info()), members));
    }

    private String signature(SymbolTable table, int symbol) throws MalformedFileException {
        Optional<SectionHeader> section = table.sectionOf(symbol);
        return section.isPresent() ? file.name(section.get()) : table.name(symbol);
    }
}
