package dev.orcinus.platform.spi.guest;

/** A guest whose code lives in this JVM's process, and shares its address space. */
public interface InProcessGuest extends Guest {
    /** Returns the calls that are only possible within one process. */
    InProcessCalls inProcessCalls();
}
