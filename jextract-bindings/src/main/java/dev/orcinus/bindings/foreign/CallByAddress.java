package dev.orcinus.bindings.foreign;

/**
 * Calls of functions that are known by address only: guest code. A function that faults ends the
 * process.
 */
public final class CallByAddress {
    private CallByAddress() {}

    /**
     * Calls a function that takes up to six integers or pointers.
     *
     * @return its return register
     */
    public static long call(long function, long a, long b, long c, long d, long e, long f) {
        return CFunction.at("(guest)", function).call(ErrnoState.IGNORED, a, b, c, d, e, f);
    }

    /** Calls a function that takes up to four integers or pointers. */
    public static long call(long function, long a, long b, long c, long d) {
        return call(function, a, b, c, d, 0, 0);
    }
}
