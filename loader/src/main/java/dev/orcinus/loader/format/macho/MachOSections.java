package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.FunctionSection.When;
import java.util.List;

/** The sections of an object. Each section that will be in memory becomes one or more blocks. */
final class MachOSections {
    static final String EH_FRAME = "__TEXT,__eh_frame";
    static final String COMPACT_UNWIND = "__LD,__compact_unwind";

    private final MachOObject object;
    private final LinkGraph graph;
    private final List<MachSection> all;
    private final MachOSymbols symbols;
    private final SectionAtoms[] atoms;

    MachOSections(MachOObject object, MachOSymbols symbols) {
        this.object = object;
        this.graph = object.graph();
        this.all = object.file().sections();
        this.symbols = symbols;
        this.atoms = new SectionAtoms[all.size() + 1];
    }

    /** Returns the atoms of a section, or null if it is not in memory or there is no such one. */
    SectionAtoms atoms(int ordinal) {
        return ordinal > 0 && ordinal < atoms.length ? atoms[ordinal] : null;
    }

    /**
     * Returns the atoms of a section that symbols and relocations may refer to, or null: what
     * describes functions to unwinders is taken out of the graph.
     */
    SectionAtoms inMemory(int ordinal) {
        SectionAtoms found = atoms(ordinal);
        return found == null || isForUnwinders(found.section()) ? null : found;
    }

    /** Returns all sections. */
    List<MachSection> all() {
        return all;
    }

    /** Adds the blocks to the graph. */
    void add() throws MalformedFileException {
        AtomCutter cutter = new AtomCutter(object);
        for (MachSection section : all) {
            refuseForeignRuntimes(section);
            if (isLoaded(section) || isForUnwinders(section)) {
                requirePlain(section);
                Section made = graph.section(section.fullName(), use(section));
                SectionAtoms cut = cutter.cut(section, made, symbols.of(section));
                atoms[section.ordinal()] = cut;
                note(section, made, cut);
            }
        }
    }

    /**
     * Refuses metadata for the runtimes of Objective-C and Swift. Classes that nobody registers
     * would fail when they are first used.
     */
    private void refuseForeignRuntimes(MachSection section) {
        String name = section.name();
        boolean isForObjectiveC =
                section.segment().equals("__OBJC")
                        || (name.startsWith("__objc_") && !name.equals("__objc_imageinfo"));
        if (section.sizeBytes() != 0 && (isForObjectiveC || name.startsWith("__swift5_"))) {
            throw new UnsupportedObjectException(
                    graph.name(),
                    "section %s holds metadata for the runtime of %s, which is not supported"
                            .formatted(
                                    section.fullName(), isForObjectiveC ? "Objective-C" : "Swift"));
        }
    }

    /** Returns whether a section will be in memory: those for tools are not. */
    private static boolean isLoaded(MachSection section) {
        return switch (section.segment()) {
            case "__DWARF", "__LD", "__LLVM" -> false;
            default ->
                    !section.has(MachO.S_ATTR_DEBUG) && !section.name().equals("__objc_imageinfo");
        };
    }

    /** Returns whether a section has entries that become call frame information. */
    private static boolean isForUnwinders(MachSection section) {
        return section.fullName().equals(COMPACT_UNWIND) && section.sizeBytes() != 0;
    }

    private void requirePlain(MachSection section) throws MalformedFileException {
        if (isForUnwinders(section) && section.isZeroFill()) {
            throw object.malformed(section, "is zero-filled, but its entries describe functions");
        }
        if (section.sizeBytes() > MachOObject.LARGEST_SECTION_BYTES) {
            throw object.malformed(
                    section,
                    "has 0x%x bytes; the limit is 0x%x"
                            .formatted(section.sizeBytes(), MachOObject.LARGEST_SECTION_BYTES));
        }
        switch (section.type()) {
            case MachO.S_THREAD_LOCAL_INIT_FUNCTION_POINTERS ->
                    throw new UnsupportedObjectException(
                            graph.name(),
                            "section %s has functions that a thread's first use of its variables"
                                            .formatted(section.fullName())
                                    + " would call; compilers make none");
            case MachO.S_NON_LAZY_SYMBOL_POINTERS,
                    MachO.S_LAZY_SYMBOL_POINTERS,
                    MachO.S_SYMBOL_STUBS,
                    MachO.S_INIT_FUNC_OFFSETS ->
                    throw new UnsupportedObjectException(
                            graph.name(),
                            "section %s has the type 0x%x, which only linkers make"
                                    .formatted(section.fullName(), section.type()));
            default -> {}
        }
    }

    private static Section.Use use(MachSection section) {
        switch (section.type()) {
            case MachO.S_THREAD_LOCAL_REGULAR, MachO.S_THREAD_LOCAL_ZEROFILL -> {
                return Section.Use.THREAD_LOCALS;
            }
            default -> {}
        }
        if (section.has(MachO.S_ATTR_PURE_INSTRUCTIONS)
                || section.has(MachO.S_ATTR_SOME_INSTRUCTIONS)) {
            return Section.Use.CODE;
        }
        return isConstant(section) || isForUnwinders(section)
                ? Section.Use.CONSTANTS
                : Section.Use.VARIABLES;
    }

    /**
     * Constants with addresses lie in {@code __DATA}, and are written before they are protected.
     */
    private static boolean isConstant(MachSection section) {
        return switch (section.segment()) {
            case "__TEXT", "__DATA_CONST" -> true;
            case "__DATA" -> section.name().equals("__const");
            default -> false;
        };
    }

    private void note(MachSection section, Section made, SectionAtoms cut) {
        if (section.fullName().equals(EH_FRAME)) {
            graph.setEhFrame(made);
        }
        switch (section.type()) {
            case MachO.S_MOD_INIT_FUNC_POINTERS -> addFunctions(When.INITIALIZE, false, cut);
            case MachO.S_MOD_TERM_FUNC_POINTERS -> addFunctions(When.FINALIZE, true, cut);
            default -> {}
        }
        if (section.has(MachO.S_ATTR_NO_DEAD_STRIP) && made != graph.ehFrame()) {
            for (int i = 0; i < cut.count(); i++) {
                graph.retained().add(cut.block(i));
            }
        }
    }

    private void addFunctions(When when, boolean lastFirst, SectionAtoms cut) {
        FunctionSection.Kind kind =
                new FunctionSection.Kind(when, FunctionSection.NO_PRIORITY, lastFirst);
        graph.initializers().add(new Initializer(kind, cut.block(0)));
    }

    /**
     * Adds edges for {@code S_ATTR_LIVE_SUPPORT}: a block of such a section is kept if something
     * that it refers to is kept. Call frame information has its own pass.
     */
    void addSupport() {
        for (MachSection section : all) {
            SectionAtoms supporting = atoms[section.ordinal()];
            if (supporting != null
                    && section.has(MachO.S_ATTR_LIVE_SUPPORT)
                    && !section.fullName().equals(EH_FRAME)) {
                for (int i = 0; i < supporting.count(); i++) {
                    addSupport(supporting.block(i));
                }
            }
        }
    }

    private void addSupport(Block supporting) {
        for (Edge edge : List.copyOf(supporting.edges())) {
            if (edge.target().isDefined() && edge.target().block() != supporting) {
                edge.target()
                        .block()
                        .addEdge(EdgeKind.KEEP_ALIVE, 0, graph.anonymous(supporting), 0);
            }
        }
    }
}
