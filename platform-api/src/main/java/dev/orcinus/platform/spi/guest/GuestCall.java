package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;

/**
 * A call of guest code: an address, and the values of the six registers for integer and pointer
 * arguments. A function that takes fewer ignores the others.
 *
 * @param function the address of the code
 * @param a the first register
 * @param b the second register
 * @param c the third register
 * @param d the fourth register
 * @param e the fifth register
 * @param f the sixth register
 */
public record GuestCall(ExecutorAddress function, long a, long b, long c, long d, long e, long f) {
    /** Returns a call without arguments. */
    public static GuestCall of(ExecutorAddress function) {
        return of(function, 0);
    }

    /** Returns a call with one argument. */
    public static GuestCall of(ExecutorAddress function, long a) {
        return new GuestCall(function, a, 0, 0, 0, 0, 0);
    }
}
