package dev.orcinus.memory;

/**
 * Collects the failures of a clean-up: the first failure carries the later ones as suppressed. One
 * thread may use it.
 */
final class AllocationFailures {
    private AllocationException first;

    void add(AllocationException failure) {
        if (first == null) {
            first = failure;
        } else {
            first.addSuppressed(failure);
        }
    }

    void suppressIn(Exception other) {
        if (first != null) {
            other.addSuppressed(first);
        }
    }

    void throwIfAny() throws AllocationException {
        if (first != null) {
            throw first;
        }
    }
}
