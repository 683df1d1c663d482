package dev.orcinus.loader.format.macho;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.*;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachRelocation;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.aarch64.AArch64EdgeKind;
import dev.orcinus.loader.graph.EdgeKind;

/**
 * The {@code ARM64_RELOC_*} relocations ({@code mach-o/arm64/reloc.h}). Instructions hold no
 * addends; one that has an addend has a relocation before it that contains it.
 */
final class MachOAArch64Machine implements MachOMachine {
    private static final int UNSIGNED = 0;
    private static final int SUBTRACTOR = 1;
    private static final int BRANCH26 = 2;
    private static final int PAGE21 = 3;
    private static final int PAGEOFF12 = 4;
    private static final int GOT_LOAD_PAGE21 = 5;
    private static final int GOT_LOAD_PAGEOFF12 = 6;
    private static final int POINTER_TO_GOT = 7;
    private static final int TLVP_LOAD_PAGE21 = 8;
    private static final int TLVP_LOAD_PAGEOFF12 = 9;
    private static final int ADDEND = 10;

    /** The bits of an {@code int} that are not in {@code r_symbolnum}. */
    private static final int UNUSED_BITS = 8;

    private static final String[] NAMES = {
        "ARM64_RELOC_UNSIGNED",
        "ARM64_RELOC_SUBTRACTOR",
        "ARM64_RELOC_BRANCH26",
        "ARM64_RELOC_PAGE21",
        "ARM64_RELOC_PAGEOFF12",
        "ARM64_RELOC_GOT_LOAD_PAGE21",
        "ARM64_RELOC_GOT_LOAD_PAGEOFF12",
        "ARM64_RELOC_POINTER_TO_GOT",
        "ARM64_RELOC_TLVP_LOAD_PAGE21",
        "ARM64_RELOC_TLVP_LOAD_PAGEOFF12",
        "ARM64_RELOC_ADDEND",
        "ARM64_RELOC_AUTHENTICATED_POINTER",
    };

    /** The kinds for {@code PAGEOFF12}. The instruction decides which of them it is. */
    private static final AArch64EdgeKind[] PAGE_OFFSETS = {
        ADD_LO12, ACCESS8_LO12, ACCESS16_LO12, ACCESS32_LO12, ACCESS64_LO12, ACCESS128_LO12
    };

    private static final SymbolDifference DIFFERENCE =
            new SymbolDifference(DELTA64, DELTA32, NEG_DELTA64, NEG_DELTA32);

    @Override
    public Architecture architecture() {
        return new AArch64();
    }

    @Override
    public CodeTemplate darwinFunction(String cName) {
        return DarwinAArch64Code.function(cName);
    }

    @Override
    public String nameOf(int type) {
        return type >= 0 && type < NAMES.length ? NAMES[type] : "unknown";
    }

    @Override
    public void add(RelocationCursor at) throws MalformedFileException {
        switch (at.relocation().type()) {
            case UNSIGNED -> addPointer(at);
            case SUBTRACTOR -> DIFFERENCE.add(at, UNSIGNED);
            case ADDEND -> addWithAddend(at);
            case BRANCH26, PAGE21, PAGEOFF12 -> addReference(at, 0);
            case GOT_LOAD_PAGE21 -> addInstruction(at, REQUEST_GOT_PAGE21, true, 0);
            case GOT_LOAD_PAGEOFF12 -> addInstruction(at, REQUEST_GOT_LO12, false, 0);
            case TLVP_LOAD_PAGE21 -> addDescriptorLoad(at, REQUEST_GOT_PAGE21, true);
            case TLVP_LOAD_PAGEOFF12 -> addDescriptorLoad(at, REQUEST_GOT_LO12, false);
            case POINTER_TO_GOT -> addPointerToEntry(at);
            default -> throw at.unsupported();
        }
    }

    private static void addPointer(RelocationCursor at) throws MalformedFileException {
        MachRelocation relocation = at.relocation();
        if (relocation.sizeBytes() < Integer.BYTES) {
            throw at.unsupported();
        }
        at.requireForm(false, relocation.sizeBytes());
        EdgeKind kind = relocation.sizeBytes() == Long.BYTES ? POINTER64 : POINTER32;
        if (relocation.isExternal()) {
            at.addEdge(kind, at.symbol(), at.stored());
        } else {
            RelocationCursor.Target target = at.targetAt(at.stored());
            at.addEdge(kind, target.symbol(), target.addend());
        }
    }

    /** Adds the reference that follows an {@code ADDEND}, whose number is the addend. */
    private static void addWithAddend(RelocationCursor at) throws MalformedFileException {
        long address = at.address();
        int addend = at.relocation().number() << UNUSED_BITS >> UNUSED_BITS;
        at.requireForm(false, Integer.BYTES);
        if (!at.advance() || at.address() != address || !takesAddend(at.relocation().type())) {
            throw at.malformed("cannot have the ARM64_RELOC_ADDEND before it");
        }
        addReference(at, addend);
    }

    private static boolean takesAddend(int type) {
        return type == BRANCH26 || type == PAGE21 || type == PAGEOFF12;
    }

    private static void addReference(RelocationCursor at, long addend)
            throws MalformedFileException {
        switch (at.relocation().type()) {
            case BRANCH26 -> addInstruction(at, REQUEST_BRANCH26, true, addend);
            case PAGE21 -> addInstruction(at, AArch64EdgeKind.PAGE21, true, addend);
            default -> addInstruction(at, pageOffset(at), false, addend);
        }
    }

    private static AArch64EdgeKind pageOffset(RelocationCursor at) {
        for (AArch64EdgeKind kind : PAGE_OFFSETS) {
            if (kind.fits(at.block().content(), at.offset())) {
                return kind;
            }
        }
        return ADD_LO12; // which the instruction does not fit
    }

    /** Adds a reference from an instruction. */
    private static void addInstruction(
            RelocationCursor at, AArch64EdgeKind kind, boolean isRelative, long addend)
            throws MalformedFileException {
        at.requireForm(isRelative, Integer.BYTES);
        at.requireExternal();
        at.addEdge(kind, at.symbol(), addend);
        long stored = kind.addendIn(at.block().content(), at.offset());
        if (stored != 0) {
            throw at.malformed("has the addend 0x%x in its instruction".formatted(stored));
        }
    }

    /** Adds a reference to the descriptor of a thread-local variable, which an object defines. */
    private static void addDescriptorLoad(
            RelocationCursor at, AArch64EdgeKind kind, boolean isRelative)
            throws MalformedFileException {
        addInstruction(at, kind, isRelative, 0);
        at.symbol().setNeedsObject();
    }

    /**
     * Adds the distance or the address of the target's entry in the table of addresses. Where a
     * distance will be, assemblers leave a number that counts from the start of the section, and
     * linkers ignore it.
     */
    private static void addPointerToEntry(RelocationCursor at) throws MalformedFileException {
        at.requireExternal();
        if (at.relocation().isRelative()) {
            at.requireForm(true, Integer.BYTES);
            at.addEdge(REQUEST_GOT_DELTA32, at.symbol(), 0);
        } else {
            at.requireForm(false, Long.BYTES);
            at.addEdge(REQUEST_GOT_POINTER64, at.symbol(), at.stored());
        }
    }
}
