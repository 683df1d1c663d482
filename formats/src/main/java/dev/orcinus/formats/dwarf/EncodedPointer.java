package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.MalformedFileException;

/** Pointers in call frame information. Source: LSB, "DWARF Exception Header Encoding". */
final class EncodedPointer {
    /** {@code DW_EH_PE_omit}: there is no pointer. */
    static final int OMITTED = 0xff;

    private static final int FORMAT = 0x0f;
    private static final int APPLICATION = 0x70;
    private static final int PC_RELATIVE = 0x10;
    private static final int DATA_RELATIVE = 0x30;

    private EncodedPointer() {}

    /**
     * Reads a pointer.
     *
     * @param address the address of the cursor's first byte, for pointers relative to their place
     * @param data the address that others are relative to
     */
    static long read(DwarfCursor in, int encoding, long address, long data)
            throws MalformedFileException {
        long place = address + in.position();
        long value = value(in, encoding);
        return switch (encoding & APPLICATION) {
            case 0 -> value;
            case PC_RELATIVE -> place + value;
            case DATA_RELATIVE -> data + value;
            default -> throw unknown(in, encoding);
        };
    }

    /** Reads a number in the format of a pointer, such as the length of a function. */
    static long value(DwarfCursor in, int encoding) throws MalformedFileException {
        return switch (encoding & FORMAT) {
            case 0x0, 0x4, 0xc -> in.u64();
            case 0x1 -> in.uleb();
            case 0x2 -> in.u16();
            case 0x3 -> in.u32();
            case 0x9 -> in.sleb();
            case 0xa -> (short) in.u16();
            case 0xb -> in.s32();
            default -> throw unknown(in, encoding);
        };
    }

    /** Returns the length of a number of a fixed size, or 0. */
    static int sizeBytes(int encoding) {
        return switch (encoding & FORMAT) {
            case 0x0, 0x4, 0xc -> Long.BYTES;
            case 0x2, 0xa -> Short.BYTES;
            case 0x3, 0xb -> Integer.BYTES;
            default -> 0;
        };
    }

    private static MalformedFileException unknown(DwarfCursor in, int encoding) {
        return in.malformed("it has pointers of the encoding 0x" + Integer.toHexString(encoding));
    }
}
