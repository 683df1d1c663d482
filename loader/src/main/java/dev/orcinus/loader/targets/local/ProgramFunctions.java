package dev.orcinus.loader.targets.local;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The initializers and finalizers of a program that runs without Java: instead of being called,
 * they are noted in the order in which they would have been called. One thread at a time may use
 * it.
 */
final class ProgramFunctions {
    private final List<ExecutorAddress> initializers = new ArrayList<>();
    private final List<ExecutorAddress> finalizers = new ArrayList<>();

    void noteInitializers(List<ExecutorAddress> functions) {
        initializers.addAll(functions);
    }

    void noteFinalizers(List<ExecutorAddress> functions) {
        finalizers.addAll(functions);
    }

    List<ExecutorAddress> initializers() {
        return initializers;
    }

    List<ExecutorAddress> finalizers() {
        return finalizers;
    }
}
