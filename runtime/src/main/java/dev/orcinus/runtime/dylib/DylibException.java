package dev.orcinus.runtime.dylib;

/**
 * An operation on a JIT dylib that failed; the message is what {@code dlerror} answers: which
 * dylib, which address, why.
 */
public final class DylibException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failed operation. */
    public DylibException(String message) {
        super(message);
    }

    /** An operation that failed because of something else. */
    public DylibException(String message, Exception cause) {
        super(message, cause);
    }
}
