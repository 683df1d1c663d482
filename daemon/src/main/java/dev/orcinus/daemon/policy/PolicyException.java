package dev.orcinus.daemon.policy;

/** A policy that cannot be read. The message names the file and the line. */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1L;

    PolicyException(String message) {
        super(message);
    }
}
