package dev.orcinus.bench;

/** Thrown if this machine lacks something that a part needs; the message is for the user. */
final class Skipped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Skipped(String message) {
        super(message);
    }
}
