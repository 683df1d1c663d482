package dev.orcinus.jit;

/** The failures of several steps. All steps run, even if one of them fails. */
final class Failures {
    private RuntimeException first;

    void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
        }
    }

    /** Throws the first failure, with the later ones suppressed in it, if there is one. */
    void throwFirst() {
        if (first != null) {
            throw first;
        }
    }
}
