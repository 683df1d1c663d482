package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The state of a JIT dylib. The lock of {@link DylibRegistry} guards its counts and links; the
 * lists have locks of their own.
 */
final class DylibState {
    private final String name;
    private final ExecutorAddress handle;
    private final RecordSectionsTracker initializers = new RecordSectionsTracker();
    private final RecordSectionsTracker finalizers = new RecordSectionsTracker();
    private final AtExitList atExits = new AtExitList();
    private final InitialData data = new InitialData();
    private final Set<DylibState> dependents = new LinkedHashSet<>();
    private List<DylibState> dependencies = List.of();
    private int openCount;
    private long initializedAs;
    private boolean closing;
    private boolean leaving;

    DylibState(String name, ExecutorAddress handle) {
        this.name = name;
        this.handle = handle;
    }

    String name() {
        return name;
    }

    ExecutorAddress handle() {
        return handle;
    }

    RecordSectionsTracker initializers() {
        return initializers;
    }

    RecordSectionsTracker finalizers() {
        return finalizers;
    }

    RecordSectionsTracker tracker(FunctionSection.When when) {
        return switch (when) {
            case INITIALIZE -> initializers;
            case FINALIZE -> finalizers;
        };
    }

    AtExitList atExits() {
        return atExits;
    }

    InitialData data() {
        return data;
    }

    List<DylibState> dependencies() {
        return dependencies;
    }

    void dependOn(List<DylibState> others) {
        dependencies.forEach(other -> other.dependents.remove(this));
        dependencies = others;
        others.forEach(other -> other.dependents.add(this));
    }

    /** Returns the dylibs that depend on it. */
    Set<DylibState> dependents() {
        return dependents;
    }

    int openCount() {
        return openCount;
    }

    boolean isOpen() {
        return openCount > 0;
    }

    void countOpen(int change) {
        openCount += change;
    }

    /** Returns whether initializers have been run, or begun, since it was registered or closed. */
    boolean isInitialized() {
        return initializedAs > 0;
    }

    /** Returns its place in the order of initialization, from 1; 0 if it is not initialized. */
    long initializedAs() {
        return initializedAs;
    }

    void markInitialized(long serial) {
        initializedAs = serial;
    }

    boolean isClosing() {
        return closing;
    }

    void closing(boolean begins) {
        closing = begins;
    }

    /** Returns whether it is being closed for good, so that no dylib depends on it any more. */
    boolean isLeaving() {
        return leaving;
    }

    void leave() {
        leaving = true;
        openCount = 0;
    }

    /** Keeps it, because it could not be closed. */
    void stay() {
        leaving = false;
    }

    /** Makes it uninitialized again, with all recorded sections new. */
    void reset() {
        initializers.reset();
        finalizers.reset();
        initializedAs = 0;
    }

    @Override
    public String toString() {
        return "'" + name + "' (" + handle + ")";
    }
}
