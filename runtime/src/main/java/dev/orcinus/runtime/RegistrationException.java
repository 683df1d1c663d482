package dev.orcinus.runtime;

/** A registration that cannot be made; the message names the address and what is wrong there. */
public final class RegistrationException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A refused or failed registration; {@code cause} may be null. */
    public RegistrationException(String message, Throwable cause) {
        super(cause == null ? message : message + ": " + cause.getMessage(), cause);
    }
}
