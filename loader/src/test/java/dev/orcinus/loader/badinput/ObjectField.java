package dev.orcinus.loader.badinput;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A little-endian field of a file.
 *
 * @param offset its offset in the file
 * @param sizeBytes its length; of more than 8 bytes, the first 8 are a number
 * @param name its name, for messages
 * @param isNumbered whether it holds a type, which is one of a list of constants
 */
record ObjectField(int offset, int sizeBytes, String name, boolean isNumbered) {
    private static final int LARGEST_NUMBER = 64;

    /** Returns values that mislead a reader of a file of some length. */
    Set<Long> misleading(byte[] file) {
        long before = get(file);
        long length = file.length;
        Set<Long> values = new LinkedHashSet<>(Arrays.asList(0L, 1L, 2L, 3L));
        values.addAll(Arrays.asList(before + 1, before - 1, -before, before << 8, before ^ 0x10));
        values.addAll(Arrays.asList(length, length + 1, length - 1, length - before));
        values.addAll(Arrays.asList(0x7fL, 0x80L, 0xffL, 0x7fffL, 0xff00L, 0xfff1L, 0xfff2L));
        values.addAll(Arrays.asList(0xffffL, 1L << 31, (1L << 31) - 1, (1L << 31) - 4));
        values.addAll(Arrays.asList((1L << 32) - 1, 1L << 40, 1L << 48, 1L << 62));
        values.addAll(Arrays.asList(Long.MAX_VALUE, Long.MIN_VALUE, -1L, -8L));
        for (long number = 4; isNumbered && number < LARGEST_NUMBER; number++) {
            values.add(number);
        }
        values.remove(before);
        return values;
    }

    private long get(byte[] bytes) {
        long value = 0;
        for (int i = Math.min(Long.BYTES, sizeBytes) - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[offset + i] & 0xff);
        }
        return value;
    }

    /** Returns a copy of a file in which the field has another value. */
    byte[] with(byte[] file, long value) {
        byte[] changed = file.clone();
        for (int i = 0; i < sizeBytes; i++) {
            changed[offset + i] = (byte) (i < Long.BYTES ? value >>> (8 * i) : 0);
        }
        return changed;
    }
}
