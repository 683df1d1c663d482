package dev.orcinus.executor.orcrt.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a relocatable ELF object of one section of code: global symbols, and absolute 64-bit
 * references to symbols of others. Source: the ELF gABI, "Object Files".
 */
final class RelocatableObject {
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_HEADER_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int RELA_BYTES = 24;
    private static final int SECTION_COUNT = 6;
    private static final int TEXT = 1;
    private static final int SYMBOL_TABLE = 3;
    private static final int STRINGS = 4;
    private static final int SECTION_NAMES = 5;
    private static final int GLOBAL = 1 << 4;

    private final short machine;
    private final int absolute64;
    private final byte[] code;
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();

    private record Symbol(String name, int type, int section, long value, long sizeBytes) {}

    private record Reference(long offset, int symbol) {}

    /**
     * An object without symbols.
     *
     * @param machine {@code e_machine}
     * @param absolute64 the processor's relocation for a 64-bit address
     */
    RelocatableObject(short machine, int absolute64, byte[] code) {
        this.machine = machine;
        this.absolute64 = absolute64;
        this.code = code;
    }

    /** Defines a function. */
    void function(String name, long offset, long sizeBytes) {
        symbols.add(new Symbol(name, 2, TEXT, offset, sizeBytes));
    }

    /** Defines an object of one byte. */
    void tag(String name, long offset) {
        symbols.add(new Symbol(name, 1, TEXT, offset, 1));
    }

    /** Has the linker write a symbol's address at {@code offset}. */
    void address(String name, long offset) {
        references.add(new Reference(offset, symbols.size() + 1));
        symbols.add(new Symbol(name, 0, 0, 0, 0));
    }

    /** The names of the defined symbols. */
    List<String> defined() {
        return symbols.stream().filter(s -> s.section == TEXT).map(Symbol::name).toList();
    }

    /** The bytes of the file. */
    byte[] write() {
        Text names = new Text();
        Text sectionNames = new Text();
        byte[] symbolTable = symbolTable(names);
        byte[][] contents = {
            new byte[0], code, relocations(), symbolTable, names.bytes(), new byte[0]
        };
        int[] nameOffsets = {
            0,
            sectionNames.add(".text"),
            sectionNames.add(".rela.text"),
            sectionNames.add(".symtab"),
            sectionNames.add(".strtab"),
            sectionNames.add(".shstrtab")
        };
        contents[SECTION_NAMES] = sectionNames.bytes();
        return file(contents, nameOffsets);
    }

    private byte[] symbolTable(Text names) {
        byte[] bytes = new byte[(symbols.size() + 1) * SYMBOL_BYTES];
        ByteBuffer table = little(bytes).position(SYMBOL_BYTES);
        for (Symbol symbol : symbols) {
            table.putInt(names.add(symbol.name)).put((byte) (GLOBAL | symbol.type)).put((byte) 0);
            table.putShort((short) symbol.section).putLong(symbol.value).putLong(symbol.sizeBytes);
        }
        return bytes;
    }

    private byte[] relocations() {
        byte[] bytes = new byte[references.size() * RELA_BYTES];
        ByteBuffer table = little(bytes);
        for (Reference reference : references) {
            table.putLong(reference.offset);
            table.putLong((long) reference.symbol << 32 | absolute64).putLong(0);
        }
        return bytes;
    }

    private byte[] file(byte[][] contents, int[] nameOffsets) {
        int[] offsets = new int[SECTION_COUNT];
        int end = HEADER_BYTES;
        for (int i = 1; i < SECTION_COUNT; i++) {
            offsets[i] = aligned(end);
            end = offsets[i] + contents[i].length;
        }
        int headers = aligned(end);
        byte[] bytes = new byte[headers + SECTION_COUNT * SECTION_HEADER_BYTES];
        ByteBuffer file = little(bytes);
        writeHeader(file, headers);
        for (int i = 1; i < SECTION_COUNT; i++) {
            file.put(offsets[i], contents[i]);
        }
        file.position(headers + SECTION_HEADER_BYTES);
        section(file, nameOffsets[1], 1, 6, offsets[1], contents[1].length, 0, 0, 0);
        section(
                file,
                nameOffsets[2],
                4, // SHT_RELA
                0x40, // SHF_INFO_LINK
                offsets[2],
                contents[2].length,
                SYMBOL_TABLE,
                TEXT,
                RELA_BYTES);
        section(
                file,
                nameOffsets[3],
                2, // SHT_SYMTAB
                0,
                offsets[3],
                contents[3].length,
                STRINGS,
                1,
                SYMBOL_BYTES);
        section(file, nameOffsets[4], 3, 0, offsets[4], contents[4].length, 0, 0, 0);
        section(file, nameOffsets[5], 3, 0, offsets[5], contents[5].length, 0, 0, 0);
        return bytes;
    }

    private void writeHeader(ByteBuffer file, int sectionHeaders) {
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        file.putShort((short) 1).putShort(machine).putInt(1); // ET_REL
        file.putLong(0).putLong(0).putLong(sectionHeaders).putInt(0);
        file.putShort((short) HEADER_BYTES).putShort((short) 0).putShort((short) 0);
        file.putShort((short) SECTION_HEADER_BYTES).putShort((short) SECTION_COUNT);
        file.putShort((short) SECTION_NAMES);
    }

    private static void section(
            ByteBuffer file,
            int name,
            int type,
            long flags,
            long offset,
            long sizeBytes,
            int link,
            int info,
            long entryBytes) {
        file.putInt(name).putInt(type).putLong(flags).putLong(0).putLong(offset);
        file.putLong(sizeBytes).putInt(link).putInt(info).putLong(16).putLong(entryBytes);
    }

    private static int aligned(int offset) {
        return offset + 15 & ~15;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A string table. */
    private static final class Text {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Text() {
            bytes.write(0);
        }

        int add(String string) {
            int offset = bytes.size();
            bytes.writeBytes(string.getBytes(StandardCharsets.US_ASCII));
            bytes.write(0);
            return offset;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
