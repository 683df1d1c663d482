package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs the functions that are recorded for a dylib, in this process or in another. {@link
 * DylibLifecycle} decides on which thread and when.
 */
final class DylibRunner {
    private final RecordSectionsTracker.BatchProcessor sections;
    private final AtExitCall atExits;
    private final Optional<GuestData> data;
    private final boolean runsTogether;

    @FunctionalInterface
    private interface AtExitCall {
        void run(DylibState dylib) throws DylibException;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws DylibException;
    }

    /** A runner of code in this process, whose at-exit functions are in the state of its dylib. */
    DylibRunner(GuestFunctions functions, GuestData data) {
        this.sections = functions::run;
        this.atExits = dylib -> functions.runAll(dylib.atExits());
        this.data = Optional.of(data);
        this.runsTogether = false;
    }

    /** A runner of code that {@code code} runs, at-exit functions included. */
    DylibRunner(DylibCode code) {
        this.sections = code::run;
        this.atExits = dylib -> code.runAtExits(dylib.handle());
        this.data = Optional.empty();
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
            if (e.guestEnd().isPresent()) {
                dylib.initializers().processAll(); // those that crash would do so again
            }
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

    /**
     * Returns the present values of a dylib's data.
     *
     * @throws DylibException if they cannot be read, or lie in another process
     */
    InitialData.Values values(AddressRange range) throws DylibException {
        if (data.isEmpty()) {
            throw new DylibException("the data " + range + " are not in this process");
        }
        return data.get().copy(range);
    }

    /** Gives the data of a dylib their first values back. */
    void restoreData(DylibState dylib, List<DylibException> failures) {
        if (data.isPresent()) {
            attempt(dylib, () -> data.get().restore(dylib.data()), failures);
        }
    }

    private static void attempt(DylibState dylib, Work work, List<DylibException> failures) {
        try {
            work.run();
        } catch (DylibException e) {
            failures.add(new DylibException("closing " + dylib + ": " + e.getMessage(), e));
        }
    }

    /** Throws one exception for all failures, if there are any. */
    static void throwAll(List<DylibException> failures) throws DylibException {
        if (!failures.isEmpty()) {
            String message =
                    failures.stream().map(Exception::getMessage).collect(Collectors.joining("; "));
            throw new DylibException(message, failures.getFirst());
        }
    }
}
