package dev.orcinus.runtime.dylib;

import java.util.Optional;

/**
 * The messages that {@code dlerror} returns: that of a thread's last failed call, once. Each thread
 * has its own.
 */
public final class LastErrors {
    private final ThreadLocal<String> messages = new ThreadLocal<>();

    /** No errors so far. */
    public LastErrors() {}

    /** Keeps a message for this thread. */
    public void set(String message) {
        messages.set(message);
    }

    /** Takes this thread's message, if a call has failed since the last time. */
    public Optional<String> take() {
        Optional<String> message = Optional.ofNullable(messages.get());
        messages.remove();
        return message;
    }
}
