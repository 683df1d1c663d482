package dev.orcinus.loader.badinput;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of an ELF or Mach-O object that was made by a compiler, found without the reader under
 * test.
 */
final class Fields {
    private static final int[] EHDR = {4, 1, 1, 1, 1, 1, 7, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2};
    private static final int[] SHDR = {4, 4, 8, 8, 8, 8, 4, 4, 8, 8};
    private static final int[] SYM = {4, 1, 1, 2, 8, 8};
    private static final int[] RELA = {8, 4, 4, 8};
    private static final int[] WORD = {4};
    private static final int[] WORDS = {4, 4, 4, 4};
    private static final int[] BYTE = {1};
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_RELA = 4;
    private static final int SHT_GROUP = 17;
    private static final int SHDR_BYTES = 64;

    private static final int MH_MAGIC_64 = 0xfeedfacf;
    private static final int LC_SYMTAB = 2;
    private static final int LC_SEGMENT_64 = 0x19;
    private static final int[] MACH_HEADER = {4, 4, 4, 4, 4, 4, 4, 4};
    private static final int[] SEGMENT = {4, 4, 8, 8, 8, 8, 8, 8, 4, 4, 4, 4};
    private static final int[] MACH_SECTION = {8, 8, 8, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4, 4};
    private static final int[] MACH_RELOCATION = {4, 3, 1};
    private static final int[] SYMTAB = {4, 4, 4, 4, 4, 4};
    private static final int[] NLIST = {4, 1, 1, 2, 8};
    private static final int SEGMENT_BYTES = 72;
    private static final int MACH_SECTION_BYTES = 80;
    private static final int CALL_FRAME_BYTES = 64;

    private final ByteBuffer bytes;
    private final List<Field> fields = new ArrayList<>();

    /**
     * A field.
     *
     * @param offset its offset in the file
     * @param sizeBytes its length
     * @param name its name, for messages
     */
    record Field(int offset, int sizeBytes, String name) {
        /** Returns whether it holds a type, which is one of a list of constants. */
        boolean isNumbered() {
            return name.endsWith("field 1");
        }
    }

    private Fields(byte[] object) {
        this.bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
    }

    static List<Field> of(byte[] object) {
        Fields found = new Fields(object);
        if (found.bytes.getInt(0) == MH_MAGIC_64) {
            found.addMachO();
            return found.fields;
        }
        found.add(0, EHDR, "ehdr");
        int table = (int) found.bytes.getLong(40);
        int count = found.bytes.getShort(60);
        for (int i = 0; i < count; i++) {
            int header = table + i * SHDR_BYTES;
            found.add(header, SHDR, "section " + i);
            int type = found.bytes.getInt(header + 4);
            switch (type) {
                case SHT_SYMTAB -> found.addAll(header, SYM, "symbol");
                case SHT_RELA -> found.addAll(header, RELA, "section " + i + " rela");
                case SHT_GROUP -> found.addAll(header, WORD, "section " + i + " group");
                default -> {}
            }
        }
        return found.fields;
    }

    private void addMachO() {
        add(0, MACH_HEADER, "header");
        int at = 32;
        for (int i = bytes.getInt(16); i > 0; i--) {
            switch (bytes.getInt(at)) {
                case LC_SEGMENT_64 -> addSegment(at);
                case LC_SYMTAB -> {
                    add(at, SYMTAB, "symtab");
                    addTable(bytes.getInt(at + 8), bytes.getInt(at + 12), NLIST, "symbol");
                }
                default -> add(at, WORDS, "command " + i);
            }
            at += bytes.getInt(at + 4);
        }
    }

    private void addSegment(int at) {
        add(at, SEGMENT, "segment");
        for (int i = 0; i < bytes.getInt(at + 64); i++) {
            int section = at + SEGMENT_BYTES + i * MACH_SECTION_BYTES;
            add(section, MACH_SECTION, "section " + i);
            addTable(
                    bytes.getInt(section + 56),
                    bytes.getInt(section + 60),
                    MACH_RELOCATION,
                    "section " + i + " relocation");
            if (bytes.get(section + 2) == 'e') { // __eh_frame
                int content = bytes.getInt(section + 48);
                for (int j = 0; j < CALL_FRAME_BYTES; j++) {
                    add(content + j, BYTE, "frame byte " + j);
                }
            }
        }
    }

    private void addTable(int start, int count, int[] shape, String name) {
        int at = start;
        for (int i = 0; i < count; i++) {
            at += add(at, shape, name + " " + i);
        }
    }

    private void addAll(int header, int[] shape, String name) {
        int start = (int) bytes.getLong(header + 24);
        int end = start + (int) bytes.getLong(header + 32);
        int entry = 0;
        int number = 0;
        for (int at = start; at < end; at += entry) {
            entry = add(at, shape, name + " " + number++);
        }
    }

    private int add(int start, int[] shape, String name) {
        int at = start;
        for (int i = 0; i < shape.length; i++) {
            fields.add(new Field(at, shape[i], name + " field " + i));
            at += shape[i];
        }
        return at - start;
    }
}
