package dev.orcinus.runtime.dylib;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs what is recorded for a dylib, in this process or wherever its code is. Which thread may run
 * what, and when, is decided by {@link DylibLifecycle}.
 */
final class DylibRunner {
    private final RecordSectionsTracker.BatchProcessor sections;
    private final AtExitCall atExits;
    private final boolean runsTogether;

    @FunctionalInterface
    private interface AtExitCall {
        void run(DylibState dylib) throws DylibException;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws DylibException;
    }

    /** For code in this process, whose at-exit functions are in the books of its dylib. */
    DylibRunner(GuestFunctions functions) {
        this.sections = functions::run;
        this.atExits = dylib -> functions.runAll(dylib.atExits());
        this.runsTogether = false;
    }

    /** For code that somebody else runs, at-exit functions included. */
    DylibRunner(DylibCode code) {
        this.sections = code::run;
        this.atExits = dylib -> code.runAtExits(dylib.handle());
        this.runsTogether = code.runsTogether();
    }

    /** Runs sections, one after the other. */
    void run(List<FunctionSection> due) throws DylibException {
        sections.process(due);
    }

    /** Runs new initializers; from then on, the finalizers are due when the dylib is closed. */
    void initialize(DylibState dylib) throws DylibException {
        try {
            runNew(dylib.initializers());
        } catch (DylibException e) {
            throw new DylibException("initializing " + dylib + ": " + e.getMessage(), e);
        }
        dylib.finalizers().processAll();
    }

    private void runNew(RecordSectionsTracker initializers) throws DylibException {
        if (runsTogether) {
            initializers.processNewBatches(sections);
        } else {
            initializers.processNewSections(section -> run(List.of(section)));
        }
    }

    void runAtExits(DylibState dylib, List<DylibException> failures) {
        attempt(dylib, () -> atExits.run(dylib), failures);
    }

    void runFinalizers(DylibState dylib, List<DylibException> failures) {
        List<FunctionSection> due = dylib.finalizers().processed().reversed();
        if (runsTogether && !due.isEmpty()) {
            attempt(dylib, () -> run(due), failures);
        } else {
            for (FunctionSection section : due) {
                attempt(dylib, () -> run(List.of(section)), failures);
            }
        }
    }

    private static void attempt(DylibState dylib, Work work, List<DylibException> failures) {
        try {
            work.run();
        } catch (DylibException e) {
            failures.add(new DylibException("closing " + dylib + ": " + e.getMessage(), e));
        }
    }

    /** Throws what has failed, if something has, as one. */
    static void throwAll(List<DylibException> failures) throws DylibException {
        if (!failures.isEmpty()) {
            String message =
                    failures.stream().map(Exception::getMessage).collect(Collectors.joining("; "));
            throw new DylibException(message, failures.getFirst());
        }
    }
}
