package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.DebugObject;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * An object in the form that GDB's JIT interface needs: the file with {@code sh_addr} set for each
 * section in memory. Sections that have been removed stay at 0. Mirrors LLVM's {@code
 * ELFDebugObject}.
 *
 * @param file the object
 * @param blocks the block of each section by the section's index; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ElfDebugObject(ElfFile file, Block[] blocks) implements DebugObject {
    private static final String DEBUG_INFO = ".debug_info";

    /** Returns whether a section of that name holds debug info. */
    static boolean isDebugInfo(String name) {
        return name.equals(DEBUG_INFO);
    }

    @Override
    public MemorySegment bytes() {
        return file.bytes().bytes();
    }

    @Override
    public List<AddressOf> addresses() {
        List<AddressOf> addresses = new ArrayList<>();
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i] != null && blocks[i].isLive()) {
                int offset = Math.toIntExact(file.headerOffset(i) + SectionHeader.SH_ADDR);
                addresses.add(new AddressOf(offset, blocks[i]));
            }
        }
        return addresses;
    }
}
