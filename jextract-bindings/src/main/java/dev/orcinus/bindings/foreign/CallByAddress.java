package dev.orcinus.bindings.foreign;

/**
 * Typed calls of functions that are known by address only: guest code. A function that faults ends
 * the process.
 */
public final class CallByAddress {
    private CallByAddress() {}

    /** {@code int f(int argc, char **argv);} */
    public static int callMain(long function, int argc, long argv) {
        return (int) call(function, argc, argv, 0, 0);
    }

    /** {@code int f(void);} */
    public static int callInt(long function) {
        return (int) call(function, 0, 0, 0, 0);
    }

    /** {@code int f(int argument);} */
    public static int callInt(long function, int argument) {
        return (int) call(function, argument, 0, 0, 0);
    }

    /** {@code void f(void *argument);} */
    public static void callVoid(long function, long argument) {
        call(function, argument, 0, 0, 0);
    }

    /**
     * Calls a function that takes up to four integers or pointers.
     *
     * @return its return register
     */
    public static long call(long function, long a, long b, long c, long d) {
        return CFunction.at("(guest)", function).call(ErrnoState.IGNORED, a, b, c, d);
    }
}
