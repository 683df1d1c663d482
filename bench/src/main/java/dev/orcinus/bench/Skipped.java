package dev.orcinus.bench;

/** Something that a part needs is not on this machine; the message is for the user. */
final class Skipped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Skipped(String message) {
        super(message);
    }
}
