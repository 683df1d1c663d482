package dev.orcinus.executor.service;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;

/** Looks for many symbols of the executor process at once, because the guest is asked for them. */
@FunctionalInterface
interface ProcessLookup {
    /** Returns the address of each C-level name. */
    List<Optional<ExecutorAddress>> find(List<String> names);
}
