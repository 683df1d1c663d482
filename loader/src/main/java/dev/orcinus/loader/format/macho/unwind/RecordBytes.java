package dev.orcinus.loader.format.macho.unwind;

import dev.orcinus.loader.format.macho.unwind.Frame.Saved;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The bytes of one record of call frame information, without its length (DWARF 5, 6.4.1). */
final class RecordBytes {
    private static final int DEF_CFA = 0x0c;
    private static final int OFFSET = 0x80;
    private static final int OFFSET_EXTENDED = 0x05;
    private static final int SHORT_REGISTERS = 0x40;
    private static final int LENGTH_BYTES = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    RecordBytes u8(int value) {
        out.write(value);
        return this;
    }

    RecordBytes u32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            u8(value >>> shift);
        }
        return this;
    }

    RecordBytes u64(long value) {
        return u32((int) value).u32((int) (value >>> Integer.SIZE));
    }

    RecordBytes text(String text) {
        for (int i = 0; i < text.length(); i++) {
            u8(text.charAt(i));
        }
        return u8(0);
    }

    /** Adds a value as {@code LEB128} without a sign. */
    RecordBytes leb(long value) {
        long rest = value;
        while (Long.compareUnsigned(rest, 0x7f) > 0) {
            u8((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** Adds the instructions that describe a frame. */
    RecordBytes frame(Frame frame) {
        u8(DEF_CFA).leb(frame.cfaRegister()).leb(frame.cfaOffset());
        for (Saved saved : frame.saved()) {
            if (saved.register() < SHORT_REGISTERS) {
                u8(OFFSET | saved.register());
            } else {
                u8(OFFSET_EXTENDED).leb(saved.register());
            }
            leb(saved.slot());
        }
        return this;
    }

    /** Returns the offset of the next byte from the record's start, which is its length. */
    int offset() {
        return LENGTH_BYTES + out.size();
    }

    /** Returns the record, whose length is a multiple of 8; it ends with no-operations. */
    byte[] record() {
        int sizeBytes = (offset() + Long.BYTES - 1) & -Long.BYTES;
        byte[] record = new RecordBytes().u32(sizeBytes - LENGTH_BYTES).out.toByteArray();
        record = Arrays.copyOf(record, sizeBytes);
        System.arraycopy(out.toByteArray(), 0, record, LENGTH_BYTES, out.size());
        return record;
    }
}
