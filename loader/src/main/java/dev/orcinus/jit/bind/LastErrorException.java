package dev.orcinus.jit.bind;

import java.io.Serial;

/**
 * A C function has failed, as its result says: it is -1, or a null pointer. A method of a bound
 * interface that declares this exception throws it then.
 *
 * <pre>{@code int unlink(String path) throws LastErrorException;}</pre>
 */
public final class LastErrorException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final int number;

    /**
     * Makes an exception.
     *
     * @param method the method that was called
     * @param number the value of {@code errno}
     */
    public LastErrorException(String method, int number) {
        super(method + " has failed: errno is " + number);
        this.number = number;
    }

    /** Returns the value of {@code errno}. */
    public int number() {
        return number;
    }
}
