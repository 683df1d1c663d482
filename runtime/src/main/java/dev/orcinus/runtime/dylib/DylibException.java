package dev.orcinus.runtime.dylib;

/**
 * A failed operation on a JIT dylib. {@code dlerror} returns the message, which names the dylib,
 * the address and the reason.
 */
public final class DylibException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failed operation. */
    public DylibException(String message) {
        super(message);
    }

    /** A failed operation, with the exception that caused the failure. */
    public DylibException(String message, Exception cause) {
        super(message, cause);
    }
}
