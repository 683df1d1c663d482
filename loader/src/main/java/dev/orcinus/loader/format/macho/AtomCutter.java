package dev.orcinus.loader.format.macho;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.formats.macho.MachO;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.formats.macho.MachSymbol;
import dev.orcinus.loader.format.macho.unwind.CompactUnwind;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A divider of sections into atoms, which are kept or removed as a whole. Sections of literals
 * consist of one atom for each literal, and equal ones of a section become one block. Other
 * sections are divided at symbols if the object allows it. Function pointers that dylibs call, and
 * call frame information, stay together.
 */
final class AtomCutter {
    private final MachOObject object;
    private final LinkGraph graph;

    /** The literals of the section that is being divided, by their bytes and their alignment. */
    private final Map<String, Block> literals = new HashMap<>();

    AtomCutter(MachOObject object) {
        this.object = object;
        this.graph = object.graph();
    }

    /**
     * Adds the blocks of a section to the graph.
     *
     * @param symbols the section's symbols, by address
     */
    SectionAtoms cut(MachSection section, Section made, List<MachSymbol> symbols) {
        literals.clear();
        long[] starts = starts(section, symbols);
        Block[] blocks = new Block[starts.length];
        for (int i = 0; i < starts.length; i++) {
            long end =
                    i + 1 < starts.length ? starts[i + 1] : section.address() + section.sizeBytes();
            blocks[i] = block(section, made, starts[i], end);
        }
        return new SectionAtoms(graph, section, starts, blocks);
    }

    private long[] starts(MachSection section, List<MachSymbol> symbols) {
        if (section.fullName().equals(MachOSections.COMPACT_UNWIND)) {
            return every(CompactUnwind.ENTRY_BYTES, section);
        }
        return switch (section.type()) {
            case MachO.S_CSTRING_LITERALS -> strings(section);
            case MachO.S_4BYTE_LITERALS -> every(4, section);
            case MachO.S_8BYTE_LITERALS, MachO.S_LITERAL_POINTERS -> every(8, section);
            case MachO.S_16BYTE_LITERALS -> every(16, section);
            case MachO.S_THREAD_LOCAL_VARIABLES -> every(ThreadLocalDescriptors.BYTES, section);
            case MachO.S_MOD_INIT_FUNC_POINTERS, MachO.S_MOD_TERM_FUNC_POINTERS -> whole(section);
            default ->
                    object.hasSubsections() && !section.fullName().equals(MachOSections.EH_FRAME)
                            ? symbols(section, symbols)
                            : whole(section);
        };
    }

    private static long[] whole(MachSection section) {
        return new long[] {section.address()};
    }

    /** Returns the addresses of the symbols that are no further entries of what is before them. */
    private static long[] symbols(MachSection section, List<MachSymbol> symbols) {
        long[] starts = new long[symbols.size() + 1];
        starts[0] = section.address();
        int count = 1;
        for (MachSymbol symbol : symbols) {
            if (!symbol.has(MachO.N_ALT_ENTRY) && symbol.value() > starts[count - 1]) {
                starts[count++] = symbol.value();
            }
        }
        return Arrays.copyOf(starts, count);
    }

    private static long[] every(int sizeBytes, MachSection section) {
        int count = (int) Math.max(1, (section.sizeBytes() + sizeBytes - 1) / sizeBytes);
        long[] starts = new long[count];
        for (int i = 0; i < count; i++) {
            starts[i] = section.address() + (long) i * sizeBytes;
        }
        return starts;
    }

    private long[] strings(MachSection section) {
        MemorySegment content = object.file().content(section);
        long[] starts = new long[16];
        starts[0] = section.address();
        int count = 1;
        for (long i = 0; i + 1 < content.byteSize(); i++) {
            if (content.get(JAVA_BYTE, i) == 0) {
                starts = count < starts.length ? starts : Arrays.copyOf(starts, 2 * count);
                starts[count++] = section.address() + i + 1;
            }
        }
        return Arrays.copyOf(starts, count);
    }

    private Block block(MachSection section, Section made, long start, long end) {
        long alignmentOffset = start & (section.alignmentBytes() - 1);
        if (section.isZeroFill() || end == start) {
            return placed(
                    made.addZeroFill(end - start, section.alignmentBytes()),
                    start,
                    alignmentOffset);
        }
        MemorySegment content =
                object.file().content(section).asSlice(start - section.address(), end - start);
        if (!isMergeable(section)) {
            return placed(made.addBlock(content, section.alignmentBytes()), start, alignmentOffset);
        }
        return literals.computeIfAbsent(
                key(content, alignmentOffset),
                _ ->
                        placed(
                                made.addBlock(content, section.alignmentBytes()),
                                start,
                                alignmentOffset));
    }

    /** Strings are comparable, so a map of them stays fast if many have the same hash code. */
    private static String key(MemorySegment content, long alignmentOffset) {
        String text = new String(content.toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
        return text + (char) alignmentOffset;
    }

    /** Literals without relocations are the same if their bytes are. */
    private static boolean isMergeable(MachSection section) {
        return switch (section.type()) {
            case MachO.S_CSTRING_LITERALS,
                    MachO.S_4BYTE_LITERALS,
                    MachO.S_8BYTE_LITERALS,
                    MachO.S_16BYTE_LITERALS ->
                    section.relocationCount() == 0;
            default -> false;
        };
    }

    private static Block placed(Block block, long address, long alignmentOffset) {
        block.setAddress(new ExecutorAddress(address));
        block.setAlignmentOffset(alignmentOffset);
        return block;
    }
}
