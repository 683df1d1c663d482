package dev.orcinus.formats;

import java.util.SplittableRandom;

/**
 * A hash of names from files. It is another one in each JVM, and the upper half of its state goes
 * back into the lower half with each byte. A polynomial modulo a power of two would not do: the
 * Thue-Morse words collide under it for any factor, so a file could have names that collide.
 */
public final class NameHash {
    /** Not the default generator, whose choice loads some dozens of classes at a cold start. */
    private static final SplittableRandom RANDOM = new SplittableRandom();

    /** The state before the first byte. */
    public static final long START = RANDOM.nextLong();

    private static final long FACTOR = RANDOM.nextLong() | 1;

    private NameHash() {}

    /** Returns the state behind a byte. */
    public static long add(long state, byte next) {
        long product = (state ^ next) * FACTOR;
        return product ^ product >>> 32;
    }

    /** Returns the hash that belongs to the state behind the last byte. */
    public static int of(long state) {
        return (int) state;
    }

    /** Returns the hash of a part of an array. */
    public static int of(byte[] bytes, int start, int end) {
        long state = START;
        for (int i = start; i < end; i++) {
            state = add(state, bytes[i]);
        }
        return of(state);
    }
}
