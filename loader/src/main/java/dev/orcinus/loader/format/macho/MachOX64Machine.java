package dev.orcinus.loader.format.macho;

import static dev.orcinus.loader.arch.x64.X64EdgeKind.*;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachRelocation;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.graph.EdgeKind;

/**
 * The {@code X86_64_RELOC_*} relocations ({@code mach-o/x86_64/reloc.h}). The stored number of a
 * relative one counts from the end of its four bytes if it names a symbol; if it names a section,
 * it counts from the end of the instruction.
 */
final class MachOX64Machine implements MachOMachine {
    private static final int UNSIGNED = 0;
    private static final int SIGNED = 1;
    private static final int BRANCH = 2;
    private static final int GOT_LOAD = 3;
    private static final int GOT = 4;
    private static final int SUBTRACTOR = 5;
    private static final int SIGNED_1 = 6;
    private static final int SIGNED_2 = 7;
    private static final int SIGNED_4 = 8;
    private static final int TLV = 9;

    private static final String[] NAMES = {
        "X86_64_RELOC_UNSIGNED",
        "X86_64_RELOC_SIGNED",
        "X86_64_RELOC_BRANCH",
        "X86_64_RELOC_GOT_LOAD",
        "X86_64_RELOC_GOT",
        "X86_64_RELOC_SUBTRACTOR",
        "X86_64_RELOC_SIGNED_1",
        "X86_64_RELOC_SIGNED_2",
        "X86_64_RELOC_SIGNED_4",
        "X86_64_RELOC_TLV",
    };

    private static final SymbolDifference DIFFERENCE =
            new SymbolDifference(DELTA64, DELTA32, NEG_DELTA64, NEG_DELTA32);

    @Override
    public Architecture architecture() {
        return new X64();
    }

    @Override
    public CodeTemplate darwinFunction(String cName) {
        return DarwinX64Code.function(cName);
    }

    @Override
    public String nameOf(int type) {
        return type >= 0 && type < NAMES.length ? NAMES[type] : "unknown";
    }

    @Override
    public void add(RelocationCursor at) throws MalformedFileException {
        switch (at.relocation().type()) {
            case UNSIGNED -> addPointer(at);
            case SIGNED -> addRelative(at, DELTA32, 0);
            case SIGNED_1 -> addRelative(at, DELTA32, 1);
            case SIGNED_2 -> addRelative(at, DELTA32, 2);
            case SIGNED_4 -> addRelative(at, DELTA32, 4);
            case BRANCH -> addBranch(at);
            case GOT_LOAD -> addEntry(at, REQUEST_GOT_DELTA32_REX_RELAXABLE);
            case TLV -> addDescriptorLoad(at);
            case GOT -> addEntry(at, REQUEST_GOT_DELTA32);
            case SUBTRACTOR -> DIFFERENCE.add(at, UNSIGNED);
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

    /**
     * Adds a reference from an instruction.
     *
     * @param bytesAfter the bytes of the instruction after the relocation
     */
    private static void addRelative(RelocationCursor at, EdgeKind kind, int bytesAfter)
            throws MalformedFileException {
        at.requireForm(true, Integer.BYTES);
        addRelativeTo(at, kind, bytesAfter);
    }

    private static void addBranch(RelocationCursor at) throws MalformedFileException {
        int sizeBytes = at.relocation().sizeBytes() == 1 ? 1 : Integer.BYTES;
        at.requireForm(true, sizeBytes);
        addRelativeTo(at, sizeBytes == 1 ? DELTA8 : BRANCH32, 0);
    }

    private static void addRelativeTo(RelocationCursor at, EdgeKind kind, int bytesAfter)
            throws MalformedFileException {
        int sizeBytes = at.relocation().sizeBytes();
        long toEnd = sizeBytes + (long) bytesAfter;
        if (at.relocation().isExternal()) {
            at.addEdge(kind, at.symbol(), at.stored() - sizeBytes);
        } else {
            RelocationCursor.Target target = at.targetAt(at.address() + toEnd + at.stored());
            at.addEdge(kind, target.symbol(), target.addend() - toEnd);
        }
    }

    /** Adds a reference to the descriptor of a thread-local variable, which an object defines. */
    private static void addDescriptorLoad(RelocationCursor at) throws MalformedFileException {
        addEntry(at, REQUEST_GOT_DELTA32_REX_RELAXABLE);
        at.symbol().setNeedsObject();
    }

    /** Adds a reference to the target's entry in the table of addresses. */
    private static void addEntry(RelocationCursor at, EdgeKind kind) throws MalformedFileException {
        at.requireForm(true, Integer.BYTES);
        at.requireExternal();
        at.addEdge(kind, at.symbol(), at.stored() - Integer.BYTES);
    }
}
