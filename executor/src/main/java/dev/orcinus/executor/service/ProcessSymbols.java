package dev.orcinus.executor.service;

import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/** The symbols that guest code and controllers find in the executor process. */
@FunctionalInterface
public interface ProcessSymbols {
    /** Returns the address of a C-level name. */
    Optional<ExecutorAddress> find(String name);
}
