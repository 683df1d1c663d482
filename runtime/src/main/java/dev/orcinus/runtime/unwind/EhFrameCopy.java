package dev.orcinus.runtime.unwind;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.RegistrationException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Rewrites the records of an {@code .eh_frame} section so that they may stand at another place, and
 * adds a terminator: pointers that are relative to their own place become addresses. It is for
 * sections of Mach-O objects, which have no terminator, and behind which variables may lie, and for
 * sections with gaps between their records. Source: LSB Core, "Exception Frames", "DWARF Exception
 * Header Encoding". Used once, by one thread.
 */
final class EhFrameCopy {
    private static final int ALIGNMENT_BYTES = 8;
    private static final int WORD_BYTES = 4;

    /** How many times larger a record may become, at most. */
    private static final int GROWTH = 3;

    private static final int OMITTED = 0xff;
    private static final int INDIRECT = 0x80;
    private static final int RELATIVE = 0x10;
    private static final int APPLICATION = 0x70;

    private static final int ADVANCE = 0x40;
    private static final int OFFSET = 0x80;
    private static final int RESTORE = 0xc0;
    private static final int OPERAND = 0x3f;

    private final ExecutorAddress start;
    private final ByteBuffer in;
    private final ByteBuffer out;
    private final Map<Integer, Cie> cies = new HashMap<>();

    /** The facts of a CIE that its FDEs need: where its copy is, and how pointers are encoded. */
    private record Cie(int at, boolean hasAugmentation, int pointers, int dataPointers) {}

    private EhFrameCopy(ExecutorAddress start, byte[] section) {
        this.start = start;
        this.in = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
        this.out = ByteBuffer.allocate(GROWTH * section.length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns the bytes of the copy.
     *
     * @param start the address of the section
     * @param section its records, which end where it ends
     * @param gaps the offsets of four bytes that belong to no record, in ascending order
     * @throws RegistrationException if a record has a form that is not known here
     */
    static byte[] of(ExecutorAddress start, byte[] section, List<Integer> gaps)
            throws RegistrationException {
        EhFrameCopy copy = new EhFrameCopy(start, section);
        Iterator<Integer> nextGaps = gaps.iterator();
        int gap = nextGaps.hasNext() ? nextGaps.next() : section.length;
        try {
            while (copy.in.position() < section.length) {
                if (copy.in.position() == gap) {
                    copy.in.position(gap + WORD_BYTES);
                    gap = nextGaps.hasNext() ? nextGaps.next() : section.length;
                }
                copy.copyRecord();
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw copy.unknown("ends before its content");
        }
        byte[] bytes = new byte[copy.out.position() + WORD_BYTES];
        copy.out.get(0, bytes, 0, copy.out.position());
        return bytes;
    }

    private void copyRecord() throws RegistrationException {
        int record = in.position();
        int length = in.getInt();
        if (length < 0) {
            throw unknown("has an extended length");
        }
        int end = in.position() + length;
        in.limit(end);
        int copied = out.position();
        out.putInt(0);
        int place = in.position();
        int cie = in.getInt();
        if (cie == 0) {
            cies.put(record, copyCie(copied));
        } else {
            copyFde(cies.get(place - cie));
        }
        copyInstructions(cies.get(cie == 0 ? record : place - cie).pointers);
        in.limit(in.capacity());
        pad();
        out.putInt(copied, out.position() - copied - WORD_BYTES);
    }

    /** Fills up with {@code DW_CFA_nop}. */
    private void pad() {
        while (out.position() % ALIGNMENT_BYTES != 0) {
            out.put((byte) 0);
        }
    }

    private Cie copyCie(int copied) throws RegistrationException {
        out.putInt(0);
        int version = copyByte();
        String augmentation = copyText();
        copyLeb();
        copyLeb();
        if (version == 1) {
            copyByte();
        } else {
            copyLeb();
        }
        if (augmentation.isEmpty()) {
            return new Cie(copied, false, 0, OMITTED);
        }
        if (augmentation.charAt(0) != 'z') {
            throw unknown("has the augmentation '" + augmentation + "'");
        }
        return copyAugmentation(copied, augmentation);
    }

    private Cie copyAugmentation(int copied, String augmentation) throws RegistrationException {
        readLeb();
        int length = out.position();
        out.put((byte) 0);
        int pointers = 0;
        int dataPointers = OMITTED;
        for (char kind : augmentation.substring(1).toCharArray()) {
            switch (kind) {
                case 'P' -> copyPersonality();
                case 'L' -> dataPointers = copyEncoding();
                case 'R' -> pointers = copyEncoding();
                case 'S', 'B' -> {}
                default -> throw unknown("has the augmentation '" + augmentation + "'");
            }
        }
        int size = out.position() - length - 1;
        if (size > Byte.MAX_VALUE) { // its length would have two bytes
            throw unknown("has the augmentation '" + augmentation + "'");
        }
        out.put(length, (byte) size);
        return new Cie(copied, true, pointers, dataPointers);
    }

    private void copyPersonality() throws RegistrationException {
        int encoding = in.get() & 0xff;
        out.put((byte) (encoding & INDIRECT));
        out.putLong(pointer(encoding));
    }

    /** Returns the encoding of pointers in the section; those of the copy are addresses. */
    private int copyEncoding() {
        int encoding = in.get() & 0xff;
        out.put((byte) (encoding == OMITTED ? OMITTED : encoding & INDIRECT));
        return encoding;
    }

    private void copyFde(Cie cie) throws RegistrationException {
        if (cie == null) {
            throw unknown("has no CIE before it");
        }
        out.putInt(out.position() - cie.at);
        out.putLong(pointer(cie.pointers));
        out.putLong(value(cie.pointers));
        if (cie.hasAugmentation) {
            int length = readLeb();
            int end = in.position() + length;
            boolean hasData = cie.dataPointers != OMITTED && length != 0;
            out.put((byte) (hasData ? Long.BYTES : 0));
            if (hasData) {
                out.putLong(pointer(cie.dataPointers));
            }
            in.position(end);
        }
    }

    /**
     * Copies instructions up to the end of the record: {@code DW_CFA_set_loc} has a pointer.
     * Source: DWARF 5, 6.4.2 "Call Frame Instructions", and the extensions of GNU.
     */
    private void copyInstructions(int pointers) throws RegistrationException {
        if ((pointers & APPLICATION) == 0 && sizeBytes(pointers) == Long.BYTES) {
            out.put(in);
            return;
        }
        while (in.hasRemaining()) {
            int code = copyByte() & 0xff;
            switch (code & ~OPERAND) {
                case ADVANCE, RESTORE -> {}
                case OFFSET -> copyLeb();
                default -> copyOperands(code, pointers);
            }
        }
    }

    private void copyOperands(int code, int pointers) throws RegistrationException {
        switch (code) {
            case 0x00, 0x0a, 0x0b, 0x2c, 0x2d -> {} // such as DW_CFA_nop
            case 0x01 -> out.putLong(pointer(pointers)); // DW_CFA_set_loc
            case 0x02 -> copyBytes(Byte.BYTES);
            case 0x03 -> copyBytes(Short.BYTES);
            case 0x04 -> copyBytes(Integer.BYTES);
            case 0x1d -> copyBytes(Long.BYTES);
            case 0x06, 0x07, 0x08, 0x0d, 0x0e, 0x13, 0x2e -> copyLeb();
            case 0x0f -> copyBlock(); // DW_CFA_def_cfa_expression
            case 0x05, 0x09, 0x0c, 0x11, 0x12, 0x14, 0x15, 0x2f -> {
                copyLeb();
                copyLeb();
            }
            case 0x10, 0x16 -> { // such as DW_CFA_expression
                copyLeb();
                copyBlock();
            }
            default -> throw unknown("has the instruction 0x" + hex(code));
        }
    }

    private void copyBlock() {
        int start = in.position();
        int sizeBytes = readLeb();
        int header = in.position() - start;
        in.position(start);
        copyBytes(header + sizeBytes);
    }

    private void copyBytes(int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        out.put(bytes);
    }

    /** Reads a pointer and returns the address; 0 stays 0. */
    private long pointer(int encoding) throws RegistrationException {
        long place = start.value() + in.position();
        long value = value(encoding);
        return switch (encoding & APPLICATION) {
            case 0 -> value;
            case RELATIVE -> value == 0 ? 0 : place + value;
            default -> throw unknown("has pointers of the encoding 0x" + hex(encoding));
        };
    }

    /** Reads a number of a pointer's format: {@code DW_EH_PE_absptr} and its like. */
    private long value(int encoding) throws RegistrationException {
        return switch (encoding & 0xf) {
            case 0x0, 0x4, 0xc -> in.getLong();
            case 0x3 -> Integer.toUnsignedLong(in.getInt());
            case 0xb -> in.getInt();
            default -> throw unknown("has pointers of the encoding 0x" + hex(encoding));
        };
    }

    private static int sizeBytes(int encoding) {
        return switch (encoding & 0xf) {
            case 0x0, 0x4, 0xc -> Long.BYTES;
            default -> Integer.BYTES;
        };
    }

    private static String hex(int number) {
        return Integer.toHexString(number);
    }

    private int copyByte() {
        byte value = in.get();
        out.put(value);
        return value;
    }

    private String copyText() {
        int from = in.position();
        while (copyByte() != 0) {
            // the byte is copied
        }
        int length = in.position() - from - 1;
        return new String(in.array(), from, length, StandardCharsets.US_ASCII);
    }

    private void copyLeb() {
        while (copyByte() < 0) {
            // the byte is copied
        }
    }

    private int readLeb() {
        int value = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            value |= (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    private RegistrationException unknown(String problem) {
        return new RegistrationException(
                ".eh_frame at "
                        + start
                        + ": the record before +0x"
                        + hex(in.position())
                        + " "
                        + problem,
                null);
    }
}
