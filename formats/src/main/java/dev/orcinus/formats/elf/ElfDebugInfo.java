package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.LineSections;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The debug info of an object or library: sections are decompressed, and those of an object that
 * has the addresses of its sections are relocated.
 */
public final class ElfDebugInfo {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int R_X86_64_64 = 1;
    private static final int R_X86_64_32 = 10;
    private static final int R_AARCH64_ABS64 = 257;
    private static final int R_AARCH64_ABS32 = 258;

    private static final int COMPRESSION_HEADER_BYTES = 24;
    private static final int ELFCOMPRESS_ZLIB = 1;
    private static final long LARGEST_BYTES = 64 << 20;

    private final ElfFile file;

    /** The debug info of a file. */
    public ElfDebugInfo(ElfFile file) {
        this.file = file;
    }

    /** Returns the sections of its line tables; they are empty if there are none. */
    public LineSections lines() throws MalformedFileException {
        return new LineSections(
                section(".debug_line"),
                section(".debug_str"),
                section(".debug_line_str"),
                section(".debug_info"),
                section(".debug_abbrev"));
    }

    private FileBytes section(String name) throws MalformedFileException {
        for (SectionHeader section : file.sections()) {
            boolean hasContent = section.index() != 0 && !section.isZeroFill();
            if (hasContent && file.name(section).equals(name)) {
                MemorySegment content = plain(section);
                if (file.header().type() == Elf.ET_REL) {
                    content = relocated(section, content);
                }
                return new FileBytes(file.bytes().file() + ": " + name, content);
            }
        }
        return new FileBytes(name, MemorySegment.ofArray(new byte[0]));
    }

    private MemorySegment plain(SectionHeader section) throws MalformedFileException {
        MemorySegment content = file.content(section);
        if (!section.has(Elf.SHF_COMPRESSED)) {
            return content;
        }
        long sizeBytes = section.sizeBytes() < COMPRESSION_HEADER_BYTES ? -1 : content.get(U64, 8);
        if (sizeBytes < 0 || sizeBytes > LARGEST_BYTES || content.get(U32, 0) != ELFCOMPRESS_ZLIB) {
            throw malformed(section, "is compressed in a way that is not known here");
        }
        return inflate(section, content.asSlice(COMPRESSION_HEADER_BYTES), (int) sizeBytes);
    }

    private MemorySegment inflate(SectionHeader section, MemorySegment packed, int sizeBytes)
            throws MalformedFileException {
        byte[] content = new byte[sizeBytes];
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(packed.toArray(ValueLayout.JAVA_BYTE));
            if (inflater.inflate(content) != sizeBytes) {
                throw malformed(section, "is shorter than its header says");
            }
        } catch (DataFormatException e) {
            throw malformed(section, "cannot be decompressed");
        }
        return MemorySegment.ofArray(content);
    }

    /** Writes the addresses that the section's relocations ask for into a copy of its content. */
    private MemorySegment relocated(SectionHeader section, MemorySegment content)
            throws MalformedFileException {
        MemorySegment copy = content;
        for (SectionHeader relocations : file.sections()) {
            if (relocations.type() == Elf.SHT_RELA && relocations.info() == section.index()) {
                copy = MemorySegment.ofArray(copy.toArray(ValueLayout.JAVA_BYTE));
                relocate(copy, RelocationTable.of(file, relocations));
            }
        }
        return copy;
    }

    private void relocate(MemorySegment content, RelocationTable table)
            throws MalformedFileException {
        SymbolTable symbols =
                SymbolTable.of(file)
                        .orElseThrow(() -> file.bytes().malformed(0, "it has no symbols"));
        for (int i = 0; i < table.count(); i++) {
            int symbol = table.symbol(i);
            symbols.require(symbol, table.at(i), "a relocation");
            long value = address(symbols, symbol) + table.addend(i);
            long offset = table.offset(i);
            long room = content.byteSize() - offset;
            switch (table.type(i)) {
                case R_X86_64_64, R_AARCH64_ABS64 -> {
                    if (offset >= 0 && room >= Long.BYTES) {
                        content.set(U64, offset, value);
                    }
                }
                case R_X86_64_32, R_AARCH64_ABS32 -> {
                    if (offset >= 0 && room >= Integer.BYTES) {
                        content.set(U32, offset, (int) value);
                    }
                }
                default -> {} // others stand in sections that are not read
            }
        }
    }

    private long address(SymbolTable symbols, int symbol) throws MalformedFileException {
        int section = symbols.section(symbol);
        boolean isPlaced = section > 0 && section < file.sections().length;
        return symbols.value(symbol) + (isPlaced ? file.sections()[section].address() : 0);
    }

    private MalformedFileException malformed(SectionHeader section, String problem) {
        return file.bytes()
                .malformed(section.offset(), "section " + section.index() + " " + problem);
    }
}
