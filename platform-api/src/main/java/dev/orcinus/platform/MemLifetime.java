package dev.orcinus.platform;

/**
 * How long a segment's memory is needed. Mirrors LLVM's {@code orc::MemLifetime}; its third value
 * never goes over the wire.
 */
public enum MemLifetime {
    /** Until it is deallocated. */
    STANDARD,
    /** Until the finalize actions of its request have run. */
    FINALIZE
}
