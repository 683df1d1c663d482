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

    private final ExecutorAddress start;
    private final ByteBuffer in;
    private final ByteBuffer out;
    private final Map<Integer, Cie> cies = new HashMap<>();

    /** The facts of a CIE that its FDEs need: where its copy is, and how pointers are encoded. */
    private record Cie(int at, boolean hasAugmentation, int pointers, int dataPointers) {}

    private EhFrameCopy(ExecutorAddress start, byte[] section) {
        this.start = start;
        this.in = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
        this.out =
                ByteBuffer.allocate(GROWTH * section.length + WORD_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
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
        out.put(in);
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
        out.put(length, (byte) (out.position() - length - 1));
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

    private static String hex(int encoding) {
        return Integer.toHexString(encoding);
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
