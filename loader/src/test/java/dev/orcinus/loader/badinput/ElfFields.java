package dev.orcinus.loader.badinput;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The fields of an ELF object that was made by a compiler, found without the reader under test. */
final class ElfFields {
    private static final int[] EHDR = {4, 1, 1, 1, 1, 1, 7, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2};
    private static final int[] SHDR = {4, 4, 8, 8, 8, 8, 4, 4, 8, 8};
    private static final int[] SYM = {4, 1, 1, 2, 8, 8};
    private static final int[] RELA = {8, 4, 4, 8};
    private static final int[] WORD = {4};
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_RELA = 4;
    private static final int SHT_GROUP = 17;
    private static final int SHDR_BYTES = 64;

    private final ByteBuffer bytes;
    private final List<ObjectField> fields = new ArrayList<>();

    private ElfFields(byte[] object) {
        this.bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
    }

    static List<ObjectField> of(byte[] object) {
        ElfFields found = new ElfFields(object);
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

    private void addAll(int header, int[] shape, String name) {
        int start = (int) bytes.getLong(header + 24);
        int end = start + (int) bytes.getLong(header + 32);
        int entry = 0;
        int number = 0;
        for (int at = start; at < end; at += entry) {
            entry = add(at, shape, name + " " + number++);
        }
    }

    /** Each structure has its type, if it has one, in the second field. */
    private int add(int start, int[] shape, String name) {
        int at = start;
        for (int i = 0; i < shape.length; i++) {
            fields.add(new ObjectField(at, shape[i], name + " field " + i, i == 1));
            at += shape[i];
        }
        return at - start;
    }
}
