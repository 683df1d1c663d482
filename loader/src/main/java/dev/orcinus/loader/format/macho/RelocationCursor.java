package dev.orcinus.loader.format.macho;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachRelocation;
import dev.orcinus.loader.UnsupportedRelocationException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The place of one relocation in the list of a section's relocations. It finds the block and the
 * target of the relocation, and adds edges. Before the first {@link #advance} it is at none.
 */
final class RelocationCursor {
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MachOObject object;
    private final MachOSections sections;
    private final MachOSymbols symbols;
    private final SectionAtoms atoms;
    private final List<MachRelocation> relocations;
    private int next;
    private MachRelocation relocation;
    private Block block;
    private int offset;

    /**
     * A symbol and a distance from it.
     *
     * @param symbol the symbol
     * @param addend the distance in bytes
     */
    record Target(Symbol symbol, long addend) {}

    RelocationCursor(
            MachOObject object,
            MachOSections sections,
            MachOSymbols symbols,
            SectionAtoms atoms,
            List<MachRelocation> relocations) {
        this.object = object;
        this.sections = sections;
        this.symbols = symbols;
        this.atoms = atoms;
        this.relocations = relocations;
    }

    LinkGraph graph() {
        return object.graph();
    }

    /** Moves to the next relocation; returns false if there is none. */
    boolean advance() throws MalformedFileException {
        if (next == relocations.size()) {
            return false;
        }
        relocation = relocations.get(next++);
        long address = address();
        int index = atoms.index(address);
        block = atoms.block(index);
        long inBlock = address - atoms.start(index);
        if (relocation.offset() < 0
                || inBlock < 0
                || inBlock > block.content().byteSize() - relocation.sizeBytes()) {
            throw malformed(
                    "leaves the content of its block, which has 0x%x bytes from 0x%x on"
                            .formatted(
                                    block.content().byteSize(),
                                    atoms.start(index) - atoms.section().address()));
        }
        offset = (int) inBlock;
        return true;
    }

    MachRelocation relocation() {
        return relocation;
    }

    /** Returns the address of the relocation in the object. */
    long address() {
        return atoms.section().address() + relocation.offset();
    }

    /** Returns the block that the relocation changes. */
    Block block() {
        return block;
    }

    /** Returns the offset of the relocation in its block. */
    int offset() {
        return offset;
    }

    /** Returns the number that stands at the relocation, with its sign. */
    long stored() {
        return switch (relocation.sizeBytes()) {
            case 1 -> block.content().get(JAVA_BYTE, offset);
            case 2 -> block.content().get(U16, offset);
            case 4 -> block.content().get(U32, offset);
            default -> block.content().get(U64, offset);
        };
    }

    /** Returns the symbol that the relocation names by its number. */
    Symbol symbol() throws MalformedFileException {
        return symbols.target(relocation.number(), relocation.at(), place());
    }

    /**
     * Returns the target at an address of the object, in the section that the relocation names by
     * its number. An address outside of that section is at a distance from its first or last block.
     */
    Target targetAt(long targetAddress) throws MalformedFileException {
        SectionAtoms target = sections.inMemory(relocation.number());
        if (target == null) {
            throw malformed(
                    "refers to section %d of %d, which is not in memory"
                            .formatted(relocation.number(), sections.all().size()));
        }
        SectionAtoms.Place place = target.place(targetAddress);
        return new Target(place.symbol(), place.offset());
    }

    /** Adds an edge. */
    void addEdge(EdgeKind kind, Symbol target, long addend) throws MalformedFileException {
        if (!kind.fits(block.content(), offset)) {
            throw malformed("is not for the instruction that is there");
        }
        block.addEdge(kind, offset, target, addend);
    }

    /**
     * Requires the form that a type has.
     *
     * @param isRelative {@code r_pcrel}
     * @param sizeBytes the bytes that it changes
     */
    void requireForm(boolean isRelative, int sizeBytes) throws MalformedFileException {
        if (relocation.isRelative() != isRelative || relocation.sizeBytes() != sizeBytes) {
            throw malformed(
                    "has r_pcrel %d and %d bytes, not %d and %d"
                            .formatted(
                                    relocation.isRelative() ? 1 : 0,
                                    relocation.sizeBytes(),
                                    isRelative ? 1 : 0,
                                    sizeBytes));
        }
    }

    /** Requires that the relocation names a symbol. */
    void requireExternal() throws MalformedFileException {
        if (!relocation.isExternal()) {
            throw malformed("refers to no symbol (r_extern is 0)");
        }
    }

    /** Returns an error for a relocation that is not supported. */
    UnsupportedRelocationException unsupported() {
        return new UnsupportedRelocationException(
                graph().name() + ": " + place(),
                relocation.type(),
                object.machine().nameOf(relocation.type()));
    }

    /** Returns an error about the relocation. */
    MalformedFileException malformed(String problem) {
        return object.bytes()
                .malformed(
                        relocation.at(),
                        "relocation %s (%d) at %s %s"
                                .formatted(
                                        object.machine().nameOf(relocation.type()),
                                        relocation.type(),
                                        place(),
                                        problem));
    }

    private String place() {
        return "%s+0x%x".formatted(atoms.section().fullName(), relocation.offset());
    }
}
