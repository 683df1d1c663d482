package dev.orcinus.runtime.flight;

/** An event that has begun. It has the thread on which it has begun, and ends there. */
@FunctionalInterface
public interface FlightNote extends AutoCloseable {
    /** Notes the end. */
    @Override
    void close();
}
