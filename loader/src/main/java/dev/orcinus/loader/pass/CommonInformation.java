package dev.orcinus.loader.pass;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;

/**
 * The facts about FDEs that their CIE contains (LSB Core, "Augmentation String Format"). If a
 * registered CIE has contents that an unwinder does not know, the unwinder aborts the process
 * (libgcc's {@code get_cie_encoding}). So such a CIE is refused here.
 *
 * @param symbol the symbol of the CIE
 * @param pointerBytes the length of an FDE's first field
 * @param isRelative whether that field counts from its own place
 * @param hasAugmentationData whether an FDE has a length of augmentation data after its range
 * @param languageBytes the length of an FDE's pointer to language-specific data, if that pointer
 *     counts from its own place; else 0
 */
record CommonInformation(
        Symbol symbol,
        int pointerBytes,
        boolean isRelative,
        boolean hasAugmentationData,
        int languageBytes) {
    private static final int VERSION = 8;
    private static final int AUGMENTATION = 9;
    private static final int OMITTED = 0xff;
    private static final int INDIRECT = 0x80;
    private static final int APPLICATION = 0x70;
    private static final int PC_RELATIVE = 0x10;

    /** A CIE or FDE that unwinders cannot read. */
    static final class BadRecordException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRecordException(String problem) {
            super(problem);
        }
    }

    /** Reads a CIE record, which starts with its length. */
    static CommonInformation of(Symbol symbol, MemorySegment record) throws BadRecordException {
        Cursor in = new Cursor(record, VERSION);
        int version = in.u8();
        if (version != 1 && version != 3) {
            throw new BadRecordException("has a CIE of version " + version + ", not 1 or 3");
        }
        in.seek(AUGMENTATION);
        String augmentation = in.text();
        in.skipLeb();
        in.skipLeb();
        if (version == 1) {
            in.u8();
        } else {
            in.skipLeb();
        }
        if (augmentation.isEmpty()) {
            return new CommonInformation(symbol, Long.BYTES, false, false, 0);
        }
        if (augmentation.charAt(0) != 'z') {
            throw new BadRecordException("has a CIE with the augmentation '" + augmentation + "'");
        }
        in.skipLeb();
        return augmented(symbol, augmentation, in);
    }

    private static CommonInformation augmented(Symbol symbol, String augmentation, Cursor in)
            throws BadRecordException {
        int pointers = 0;
        int languageData = OMITTED;
        for (int i = 1; i < augmentation.length(); i++) {
            switch (augmentation.charAt(i)) {
                case 'R' -> pointers = in.u8();
                case 'P' -> in.skip(sizeOf(in.u8()));
                case 'L' -> languageData = in.u8();
                case 'S', 'B', 'G' -> {}
                default ->
                        throw new BadRecordException(
                                "has a CIE with the augmentation '" + augmentation + "'");
            }
        }
        return new CommonInformation(
                symbol,
                functionPointerBytes(pointers),
                (pointers & APPLICATION) == PC_RELATIVE,
                true,
                languageBytes(languageData));
    }

    private static int languageBytes(int encoding) {
        if (encoding == OMITTED || (encoding & ~0xf) != PC_RELATIVE) {
            return 0;
        }
        return switch (encoding & 0xf) {
            case 0x0, 0x4, 0xc -> Long.BYTES;
            case 0x3, 0xb -> Integer.BYTES;
            default -> 0;
        };
    }

    private static int functionPointerBytes(int encoding) throws BadRecordException {
        int application = encoding & APPLICATION;
        if (encoding == OMITTED
                || (encoding & INDIRECT) != 0
                || (application != 0 && application != PC_RELATIVE)) {
            throw unknown(encoding);
        }
        return sizeOf(encoding);
    }

    /**
     * Returns the length of a pointer encoded as {@code DW_EH_PE_absptr}, or as {@code udata} or
     * {@code sdata} of 4 or 8 bytes.
     */
    private static int sizeOf(int encoding) throws BadRecordException {
        return switch (encoding & 0xf) {
            case 0x0, 0x4, 0xc -> Long.BYTES;
            case 0x3, 0xb -> Integer.BYTES;
            default -> throw unknown(encoding);
        };
    }

    private static BadRecordException unknown(int encoding) {
        return new BadRecordException(
                "has a CIE with pointers encoded as 0x" + Integer.toHexString(encoding));
    }

    /** Requires that an FDE has all its fields. */
    void check(MemorySegment fde) throws BadRecordException {
        Cursor in = new Cursor(fde, EhFrames.PC_BEGIN);
        in.skip(2L * pointerBytes);
        if (hasAugmentationData) {
            in.skip(in.leb());
        }
    }

    /**
     * Returns the offset of an FDE's pointer to language-specific data, if it counts from its own
     * place; else 0.
     */
    int languageData(MemorySegment fde) throws BadRecordException {
        if (languageBytes == 0) {
            return 0;
        }
        Cursor in = new Cursor(fde, EhFrames.PC_BEGIN);
        in.skip(2L * pointerBytes);
        long sizeBytes = in.leb();
        return sizeBytes < languageBytes ? 0 : (int) in.at;
    }

    /** A reader of a record from its start to its end. */
    private static final class Cursor {
        private static final int LAST_SHIFT = 56;

        private final MemorySegment record;
        private long at;

        Cursor(MemorySegment record, long at) {
            this.record = record;
            this.at = at;
        }

        void seek(long offset) {
            at = offset;
        }

        int u8() throws BadRecordException {
            if (at >= record.byteSize()) {
                throw new BadRecordException("has a record that ends in the middle of a field");
            }
            return record.get(JAVA_BYTE, at++) & 0xff;
        }

        void skip(long sizeBytes) throws BadRecordException {
            if (sizeBytes < 0 || sizeBytes > record.byteSize() - at) {
                throw new BadRecordException("has a record that ends in the middle of a field");
            }
            at += sizeBytes;
        }

        String text() throws BadRecordException {
            StringBuilder text = new StringBuilder();
            for (int c = u8(); c != 0; c = u8()) {
                text.append((char) c);
            }
            return text.toString();
        }

        void skipLeb() throws BadRecordException {
            while ((u8() & 0x80) != 0) {
                // the next byte belongs to it, too
            }
        }

        long leb() throws BadRecordException {
            long value = 0;
            for (int shift = 0; shift <= LAST_SHIFT; shift += 7) {
                int b = u8();
                value |= (long) (b & 0x7f) << shift;
                if ((b & 0x80) == 0) {
                    return value;
                }
            }
            throw new BadRecordException("has a length of more than nine bytes");
        }
    }
}
