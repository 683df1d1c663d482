package dev.orcinus.secure;

import java.io.IOException;

/**
 * A line that has not been established because one side does not trust the other, or does not speak
 * TLS. The message is a sentence that names the other side.
 */
public final class AccessException extends IOException {
    private static final long serialVersionUID = 1L;

    AccessException(String message) {
        super(message);
    }

    AccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
