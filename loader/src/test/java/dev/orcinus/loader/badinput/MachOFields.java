package dev.orcinus.loader.badinput;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a Mach-O object that was made by a compiler, found without the reader under test.
 */
final class MachOFields {
    private static final int LC_SEGMENT_64 = 0x19;
    private static final int LC_SYMTAB = 2;
    private static final int HEADER_BYTES = 32;
    private static final int SEGMENT_BYTES = 72;
    private static final int SECTION_BYTES = 80;
    private static final int SYMBOL_BYTES = 16;
    private static final int RELOCATION_BYTES = 8;

    private final ByteBuffer bytes;
    private final List<ObjectField> fields = new ArrayList<>();

    private MachOFields(byte[] object) {
        this.bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
    }

    static List<ObjectField> of(byte[] object) {
        MachOFields found = new MachOFields(object);
        found.words(0, HEADER_BYTES, "header");
        int count = found.bytes.getInt(16);
        int at = HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            found.command(at, "load command " + i);
            at += found.bytes.getInt(at + 4);
        }
        return found.fields;
    }

    private void command(int at, String name) {
        switch (bytes.getInt(at)) {
            case LC_SEGMENT_64 -> segment(at, name);
            case LC_SYMTAB -> {
                words(at, bytes.getInt(at + 4), name);
                int symbols = bytes.getInt(at + 8);
                for (int i = 0; i < bytes.getInt(at + 12); i++) {
                    symbol(symbols + i * SYMBOL_BYTES, "symbol " + i);
                }
            }
            default -> words(at, bytes.getInt(at + 4), name);
        }
    }

    private void segment(int at, String name) {
        words(at, 8, name);
        add(at + 8, 16, name + " segname");
        longs(at + 24, 4, name + " addresses");
        words(at + 56, SEGMENT_BYTES - 56, name);
        for (int i = 0; i < bytes.getInt(at + 64); i++) {
            section(at + SEGMENT_BYTES + i * SECTION_BYTES, "section " + (i + 1));
        }
    }

    private void section(int at, String name) {
        add(at, 16, name + " sectname");
        add(at + 16, 16, name + " segname");
        longs(at + 32, 2, name + " addr, size");
        words(at + 48, 16, name + " offset, align, reloff, nreloc");
        fields.add(new ObjectField(at + 64, 1, name + " type", true));
        add(at + 64, 4, name + " flags");
        words(at + 68, 12, name + " reserved");
        int relocations = bytes.getInt(at + 56);
        for (int i = 0; i < bytes.getInt(at + 60); i++) {
            relocation(relocations + i * RELOCATION_BYTES, name + " relocation " + i);
        }
    }

    private void symbol(int at, String name) {
        add(at, 4, name + " n_strx");
        fields.add(new ObjectField(at + 4, 1, name + " n_type", true));
        add(at + 5, 1, name + " n_sect");
        add(at + 6, 2, name + " n_desc");
        add(at + 8, 8, name + " n_value");
    }

    private void relocation(int at, String name) {
        add(at, 4, name + " r_address");
        add(at + 4, 3, name + " r_symbolnum");
        fields.add(new ObjectField(at + 7, 1, name + " r_pcrel, r_length, r_extern, r_type", true));
    }

    private void words(int at, int sizeBytes, String name) {
        for (int i = 0; i + 4 <= sizeBytes; i += 4) {
            add(at + i, 4, name + "+" + i);
        }
    }

    private void longs(int at, int count, String name) {
        for (int i = 0; i < count; i++) {
            add(at + i * 8, 8, name + " " + i);
        }
    }

    private void add(int at, int sizeBytes, String name) {
        fields.add(new ObjectField(at, sizeBytes, name, false));
    }
}
