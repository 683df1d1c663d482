package dev.orcinus.jit.bind;

/**
 * The {@code errno} of the last call of a thread whose method has {@link SaveError} or declares
 * {@link LastErrorException}.
 *
 * <pre>{@code
 * if (c.close(99) < 0) {
 *     System.out.println(LastError.get().number());       // 9, EBADF
 * }
 * }</pre>
 *
 * @param number the value of {@code errno}; 0 if no such call has been made
 */
public record LastError(int number) {
    private static final ThreadLocal<LastError> LAST = new ThreadLocal<>();
    private static final LastError NONE = new LastError(0);

    /** Returns the error of this thread's last call that keeps it. */
    public static LastError get() {
        LastError last = LAST.get();
        return last == null ? NONE : last;
    }

    /** Keeps an error for this thread, as a bound method does. */
    public static void set(int number) {
        if (get().number != number) {
            LAST.set(new LastError(number));
        }
    }
}
