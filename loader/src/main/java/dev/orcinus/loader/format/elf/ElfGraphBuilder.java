package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.UnsupportedRelocationException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.ComdatGroup;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.object.ObjectBytes;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.elf.ElfFunctionSections;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a link graph of an object: a block for each section that will be in memory, a symbol for
 * each symbol, an edge for each relocation.
 */
public final class ElfGraphBuilder {
    private static final String GOT_BASE = "_GLOBAL_OFFSET_TABLE_";
    private static final String TLS_BASE = "_TLS_MODULE_BASE_";
    private static final String GOT = "$got";
    private static final String GCC_SLIM_LTO = "__gnu_lto_slim";
    private static final String EH_FRAME = ".eh_frame";
    private static final String COMMONS = "$common";
    private static final int ADDEND = 16;

    /** What one section of an object may ask for; more is a lie or a mistake. */
    private static final long LARGEST_SECTION_BYTES = 1L << 31;

    private static final long LARGEST_ALIGNMENT_BYTES = 1L << 30;

    private final ElfFile file;
    private final ElfMachine machine;
    private final SymbolTable table;
    private final LinkGraph graph;
    private final Block[] blocks;
    private final Symbol[] symbols;
    private final Symbol[] sectionSymbols;
    private boolean retainsGotBase;

    private ElfGraphBuilder(ElfFile file, ElfMachine machine, SymbolTable table) {
        this.file = file;
        this.machine = machine;
        this.table = table;
        this.graph = new LinkGraph(file.bytes().file(), machine.name());
        this.blocks = new Block[file.sections().length];
        this.sectionSymbols = new Symbol[blocks.length];
        this.symbols = new Symbol[table == null ? 0 : table.count()];
    }

    /**
     * The graph of an object.
     *
     * @param name the file's name, for messages
     * @param bytes its content; the graph refers to it
     */
    public static LinkGraph build(String name, MemorySegment bytes)
            throws MalformedObjectException,
                    UnsupportedObjectException,
                    UnsupportedRelocationException {
        ElfFile file = ElfFile.read(new ObjectBytes(name, bytes));
        ElfGraphBuilder builder = new ElfGraphBuilder(file, machine(file), SymbolTable.of(file));
        builder.addSections();
        builder.addSectionOrder();
        builder.addSymbols();
        builder.addGroups();
        builder.addRelocations();
        return builder.graph;
    }

    static ElfMachine machine(ElfFile file) throws UnsupportedObjectException {
        return switch (file.machine()) {
            case Elf.EM_X86_64 -> new X64Machine();
            case Elf.EM_AARCH64 -> new AArch64Machine();
            default ->
                    throw new UnsupportedObjectException(
                            file.bytes().file(),
                            "code for the ELF machine "
                                    + file.machine()
                                    + "; x86-64 (62) and AArch64 (183) are linked");
        };
    }

    private void addSections() throws MalformedObjectException {
        for (SectionHeader header : file.sections()) {
            if (isLoaded(header)) {
                addSection(header, file.name(header));
            } else if (header.type() == Elf.SHT_PROGBITS
                    && ElfDebugObject.isDebugInfo(file.name(header))) {
                graph.setDebugObject(new ElfDebugObject(file, blocks));
            }
        }
    }

    private static boolean isLoaded(SectionHeader header) {
        return header.index() != 0
                && header.has(Elf.SHF_ALLOC)
                && !header.has(Elf.SHF_EXCLUDE)
                && header.type() != Elf.SHT_GROUP
                && header.type() != Elf.SHT_RELA
                && header.type() != Elf.SHT_REL;
    }

    private void addSection(SectionHeader header, String name) throws MalformedObjectException {
        requireSize(header, name);
        if (header.has(Elf.SHF_COMPRESSED)) {
            throw file.bytes()
                    .malformed(
                            header.offset(),
                            "section "
                                    + header.index()
                                    + " '"
                                    + name
                                    + "' has SHF_ALLOC and SHF_COMPRESSED, which exclude each"
                                    + " other");
        }
        Section section = graph.section(name, use(header));
        Block block =
                header.isZeroFill() || header.sizeBytes() == 0
                        ? section.addZeroFill(header.sizeBytes(), header.alignmentBytes())
                        : section.addBlock(file.content(header), header.alignmentBytes());
        blocks[header.index()] = block;
        if (name.equals(EH_FRAME)) {
            graph.setEhFrame(section);
        }
        functions(header, name).ifPresent(k -> graph.initializers().add(new Initializer(k, block)));
        if (header.has(Elf.SHF_GNU_RETAIN)) {
            graph.retained().add(block);
        }
    }

    /**
     * The type says what a section is for, whatever its name; the name says it for older tools,
     * which give these sections the type {@code SHT_PROGBITS}, and tells the priority.
     */
    private static Optional<FunctionSection.Kind> functions(SectionHeader header, String name) {
        String stem =
                switch (header.type()) {
                    case Elf.SHT_PREINIT_ARRAY -> ".preinit_array";
                    case Elf.SHT_INIT_ARRAY -> ".init_array";
                    case Elf.SHT_FINI_ARRAY -> ".fini_array";
                    default -> "";
                };
        return Optional.of(name)
                .filter(n -> n.startsWith(stem))
                .flatMap(ElfFunctionSections::kind)
                .or(() -> ElfFunctionSections.kind(stem));
    }

    /**
     * A section that is ordered by another one ({@code SHF_LINK_ORDER}) says something about it,
     * and lives as long as it. Without a section to be ordered by, it is like any other.
     */
    private void addSectionOrder() throws MalformedObjectException {
        for (SectionHeader header : file.sections()) {
            if (blocks[header.index()] != null
                    && header.has(Elf.SHF_LINK_ORDER)
                    && header.link() != 0) {
                String what = "sh_link of section " + header.index();
                int other = file.section(header.link(), what, header.offset()).index();
                if (blocks[other] != null) {
                    blocks[other].addEdge(EdgeKind.KEEP_ALIVE, 0, sectionSymbol(header.index()), 0);
                }
            }
        }
    }

    private Symbol sectionSymbol(int section) {
        if (sectionSymbols[section] == null) {
            sectionSymbols[section] = graph.anonymous(blocks[section]);
        }
        return sectionSymbols[section];
    }

    private void requireSize(SectionHeader header, String name) throws MalformedObjectException {
        if (Long.compareUnsigned(header.sizeBytes(), LARGEST_SECTION_BYTES) > 0
                || Long.compareUnsigned(header.alignmentBytes(), LARGEST_ALIGNMENT_BYTES) > 0) {
            throw file.bytes()
                    .malformed(
                            header.offset(),
                            "section "
                                    + header.index()
                                    + " '"
                                    + name
                                    + "' has 0x"
                                    + Long.toHexString(header.sizeBytes())
                                    + " bytes, aligned to 0x"
                                    + Long.toHexString(header.alignmentBytes())
                                    + "; the limits are 0x"
                                    + Long.toHexString(LARGEST_SECTION_BYTES)
                                    + " and 0x"
                                    + Long.toHexString(LARGEST_ALIGNMENT_BYTES));
        }
    }

    private static Section.Use use(SectionHeader header) {
        if (header.has(Elf.SHF_TLS)) {
            return Section.Use.THREAD_LOCALS;
        }
        if (header.has(Elf.SHF_EXECINSTR)) {
            return Section.Use.CODE;
        }
        return header.has(Elf.SHF_WRITE) ? Section.Use.VARIABLES : Section.Use.CONSTANTS;
    }

    private void addSymbols() throws MalformedObjectException, UnsupportedObjectException {
        for (int i = 1; i < symbols.length; i++) {
            int type = table.type(i);
            if (type != Elf.STT_SECTION && type != Elf.STT_FILE) {
                symbols[i] = symbol(i);
            }
        }
    }

    private Symbol symbol(int i) throws MalformedObjectException, UnsupportedObjectException {
        String name = unversioned(i, table.name(i));
        if (name.equals(GCC_SLIM_LTO)) {
            throw new UnsupportedObjectException(
                    graph.name(),
                    "holds GCC's intermediate code only; compile with -fno-lto or"
                            + " -ffat-lto-objects");
        }
        int section = table.section(i);
        if (section == Elf.SHN_UNDEF) {
            return undefined(i, name);
        }
        if (name.isEmpty() && table.binding(i) != Elf.STB_LOCAL) {
            throw table.malformed(i, "is global and has no name");
        }
        if (!table.isReserved(i)) {
            return defined(i, name, section);
        }
        Symbol symbol =
                switch (section) {
                    case Elf.SHN_ABS ->
                            graph.absolute(
                                    name, new ExecutorAddress(table.value(i)), table.sizeBytes(i));
                    case Elf.SHN_COMMON, Elf.SHN_X86_64_LCOMMON -> common(i, name);
                    default ->
                            throw table.malformed(
                                    i, "st_shndx is 0x" + Integer.toHexString(section));
                };
        Linkage linkage = section == Elf.SHN_ABS ? linkage(i) : Linkage.COMMON;
        return symbol.as(linkage, scope(i));
    }

    /**
     * A name without its version ({@code .symver}): a reference takes any, {@code f@@V} is what
     * those get who ask for {@code f}. An old version, {@code f@V}, keeps its full name.
     */
    private String unversioned(int i, String name) throws MalformedObjectException {
        if (table.binding(i) == Elf.STB_LOCAL) {
            return name;
        }
        int at = name.indexOf(table.section(i) == Elf.SHN_UNDEF ? "@" : "@@");
        return at > 0 ? name.substring(0, at) : name;
    }

    private Symbol undefined(int i, String name) throws MalformedObjectException {
        if (name.equals(GOT_BASE)) {
            return gotBase();
        }
        if (name.equals(TLS_BASE)) {
            return graph.threadLocalBase(name);
        }
        if (name.isEmpty()) {
            throw table.malformed(i, "is undefined and has no name");
        }
        Linkage linkage = table.binding(i) == Elf.STB_WEAK ? Linkage.WEAK : Linkage.STRONG;
        return graph.external(name, linkage, table.type(i) == Elf.STT_TLS);
    }

    private Symbol defined(int i, String name, int section)
            throws MalformedObjectException, UnsupportedObjectException {
        if (section < 0 || section >= blocks.length) {
            throw table.malformed(
                    i,
                    "lies in section "
                            + Integer.toUnsignedString(section)
                            + " of "
                            + blocks.length);
        }
        Block block = blocks[section];
        if (block == null) {
            return null;
        }
        long offset = table.value(i);
        if (Long.compareUnsigned(offset, block.sizeBytes()) > 0) {
            throw table.malformed(
                    i,
                    "st_value 0x"
                            + Long.toHexString(offset)
                            + " lies outside of section "
                            + section
                            + " of 0x"
                            + Long.toHexString(block.sizeBytes())
                            + " bytes");
        }
        Symbol symbol = graph.define(name, block, offset, table.sizeBytes(i));
        symbol.as(linkage(i), scope(i));
        return table.type(i) == Elf.STT_GNU_IFUNC ? graph.addIndirect(symbol) : symbol;
    }

    private Symbol common(int i, String name) throws MalformedObjectException {
        long alignment = table.value(i) == 0 ? 1 : table.value(i);
        long size = table.sizeBytes(i);
        if (Long.bitCount(alignment) != 1
                || Long.compareUnsigned(alignment, LARGEST_ALIGNMENT_BYTES) > 0
                || Long.compareUnsigned(size, LARGEST_SECTION_BYTES) > 0) {
            throw table.malformed(
                    i,
                    "is common with 0x"
                            + Long.toHexString(size)
                            + " bytes, aligned to 0x"
                            + Long.toHexString(alignment));
        }
        Section.Use use =
                table.type(i) == Elf.STT_TLS ? Section.Use.THREAD_LOCALS : Section.Use.VARIABLES;
        Block block = graph.section(COMMONS, use).addZeroFill(size, alignment);
        return graph.define(name, block, 0, size);
    }

    private Linkage linkage(int i) throws MalformedObjectException {
        return switch (table.binding(i)) {
            case Elf.STB_LOCAL, Elf.STB_GLOBAL -> Linkage.STRONG;
            case Elf.STB_WEAK, Elf.STB_GNU_UNIQUE -> Linkage.WEAK;
            default -> throw table.malformed(i, "has the binding " + table.binding(i));
        };
    }

    private Scope scope(int i) {
        if (table.binding(i) == Elf.STB_LOCAL) {
            return Scope.LOCAL;
        }
        return switch (table.visibility(i)) {
            case Elf.STV_INTERNAL, Elf.STV_HIDDEN -> Scope.HIDDEN;
            default -> Scope.DEFAULT;
        };
    }

    private Symbol gotBase() {
        if (graph.gotBase() == null) {
            Block start =
                    graph.section(GOT, Section.Use.CONSTANTS).addZeroFill(Long.BYTES, Long.BYTES);
            graph.setGotBase(graph.anonymous(start));
        }
        return graph.gotBase();
    }

    private void addGroups() throws MalformedObjectException {
        for (SectionHeader header : file.sections()) {
            if (header.type() == Elf.SHT_GROUP) {
                addGroup(header);
            }
        }
    }

    private void addGroup(SectionHeader header) throws MalformedObjectException {
        int words = file.entryCount(header, Integer.BYTES);
        if (words == 0 || (file.bytes().u32(header.offset()) & Elf.GRP_COMDAT) == 0) {
            return;
        }
        requireSymbols(header);
        table.require(header.info(), header.offset(), "the group in section " + header.index());
        List<Block> members = new ArrayList<>(words);
        for (int i = 1; i < words; i++) {
            long at = header.offset() + (long) i * Integer.BYTES;
            int member = file.section(file.bytes().u32(at), "a member of the group", at).index();
            if (blocks[member] != null) {
                members.add(blocks[member]);
            }
        }
        graph.groups().add(new ComdatGroup(signature(header.info()), members));
    }

    private String signature(int symbol) throws MalformedObjectException {
        int section = table.section(symbol);
        return table.type(symbol) == Elf.STT_SECTION && section > 0 && section < blocks.length
                ? file.name(file.sections()[section])
                : table.name(symbol);
    }

    private void requireSymbols(SectionHeader header) throws MalformedObjectException {
        if (table == null || header.link() != table.index()) {
            throw file.bytes()
                    .malformed(
                            header.offset(),
                            "section "
                                    + header.index()
                                    + " refers to the symbols of section "
                                    + header.link()
                                    + ", which is no symbol table");
        }
    }

    private void addRelocations()
            throws MalformedObjectException,
                    UnsupportedObjectException,
                    UnsupportedRelocationException {
        for (SectionHeader header : file.sections()) {
            if (header.type() == Elf.SHT_CREL) {
                throw new UnsupportedObjectException(
                        graph.name(),
                        file.name(header)
                                + " holds relocations in the experimental form CREL; assemble"
                                + " without --crel");
            }
            boolean explicit = header.type() == Elf.SHT_RELA;
            if (explicit || header.type() == Elf.SHT_REL) {
                int target =
                        file.section(header.info(), "sh_info of relocations", header.offset())
                                .index();
                if (blocks[target] != null) {
                    requireSymbols(header);
                    addRelocations(header, blocks[target], explicit);
                }
            }
        }
    }

    private void addRelocations(SectionHeader header, Block block, boolean explicit)
            throws MalformedObjectException, UnsupportedRelocationException {
        int entryBytes = explicit ? Elf.RELA_BYTES : Elf.REL_BYTES;
        int count = file.entryCount(header, entryBytes);
        ObjectBytes bytes = file.bytes();
        block.expectEdges(count);
        for (int i = 0; i < count; i++) {
            long at = header.offset() + (long) i * entryBytes;
            long info = bytes.u64(at + 8);
            int number = (int) info;
            long offset = bytes.u64(at);
            EdgeKind kind = kind(number, block, offset);
            if (kind != null) {
                requireInside(at, offset, kind, block);
                requireFit(at, offset, number, kind, block);
                long addend =
                        explicit
                                ? bytes.u64(at + ADDEND)
                                : machine.implicitAddend(kind, block.content(), offset);
                Symbol target = target((int) (info >>> 32), at, block);
                if (machine.isThreadLocal(kind) && !target.isThreadLocal()) {
                    throw notThreadLocal(at, machine.nameOf(number), block, offset, target);
                }
                addEdge(block, kind, offset, target, addend);
            }
        }
    }

    private MalformedObjectException notThreadLocal(
            long at, String relocation, Block block, long offset, Symbol target) {
        return file.bytes()
                .malformed(
                        at,
                        relocation
                                + " at "
                                + block.section().name()
                                + "+0x"
                                + Long.toHexString(offset)
                                + " to "
                                + target
                                + ", which is not thread-local");
    }

    private EdgeKind kind(int number, Block block, long offset)
            throws UnsupportedRelocationException {
        EdgeKind kind = machine.kind(number);
        if (kind == null && !machine.isMark(number)) {
            throw new UnsupportedRelocationException(
                    graph.name() + ": " + block.section().name() + "+0x" + Long.toHexString(offset),
                    number,
                    machine.nameOf(number));
        }
        return kind;
    }

    private void requireInside(long at, long offset, EdgeKind kind, Block block)
            throws MalformedObjectException {
        if (offset < 0 || offset > block.content().byteSize() - kind.sizeBytes()) {
            throw file.bytes()
                    .malformed(
                            at,
                            "a relocation of "
                                    + kind.sizeBytes()
                                    + " bytes at "
                                    + block.section().name()
                                    + "+0x"
                                    + Long.toHexString(offset)
                                    + " leaves the section's content of 0x"
                                    + Long.toHexString(block.content().byteSize())
                                    + " bytes");
        }
    }

    private void requireFit(long at, long offset, int number, EdgeKind kind, Block block)
            throws MalformedObjectException {
        if (!kind.fits(block.content(), offset)) {
            throw file.bytes()
                    .malformed(
                            at,
                            machine.nameOf(number)
                                    + " at "
                                    + block.section().name()
                                    + "+0x"
                                    + Long.toHexString(offset)
                                    + " is not for the instruction that is there");
        }
    }

    private void addEdge(Block block, EdgeKind kind, long offset, Symbol target, long addend) {
        if (machine.needsGotBase(kind) && !retainsGotBase) {
            retainsGotBase = true;
            graph.retained().add(gotBase().block());
        }
        block.addEdge(kind, (int) offset, target, addend);
    }

    private Symbol target(int symbol, long at, Block block) throws MalformedObjectException {
        table.require(symbol, at, "a relocation of " + block.section().name());
        if (symbols[symbol] != null) {
            return symbols[symbol];
        }
        if (symbol == 0) {
            symbols[0] = graph.absolute("", ExecutorAddress.NULL, 0);
            return symbols[0];
        }
        int section = table.section(symbol);
        Block target = section > 0 && section < blocks.length ? blocks[section] : null;
        if (table.type(symbol) != Elf.STT_SECTION || target == null) {
            throw table.malformed(
                    symbol,
                    block.section().name() + " refers to it, but it is in no section in memory");
        }
        return sectionSymbol(section);
    }
}
