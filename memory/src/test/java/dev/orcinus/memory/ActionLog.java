package dev.orcinus.memory;

import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Actions that write their name down: lower case for a finalize action, upper case for a dealloc
 * action. Many threads may use it.
 */
final class ActionLog {
    private final List<String> entries = new ArrayList<>();
    private final Set<String> failing = new HashSet<>();
    private final Set<String> guest = new HashSet<>();

    /** Returns a finalize action {@code name} and a dealloc action {@code NAME}. */
    AllocationActions.Pair pair(String name) {
        return new AllocationActions.Pair(action(name), action(name.toUpperCase(Locale.ROOT)));
    }

    List<AllocationActions.Pair> pairs(String... names) {
        return List.of(names).stream().map(this::pair).toList();
    }

    /** Makes the action of this name fail when it runs. */
    ActionLog fail(String name) {
        failing.add(name);
        return this;
    }

    /** Makes the action of this name say that it runs guest code. */
    ActionLog guest(String name) {
        guest.add(name);
        return this;
    }

    AllocationAction action(String name) {
        return new AllocationAction() {
            @Override
            public void run() throws ActionFailedException {
                write(name);
                if (failing.contains(name)) {
                    throw new ActionFailedException(name + " fails");
                }
            }

            @Override
            public boolean runsGuestCode() {
                return guest.contains(name);
            }

            @Override
            public ExecutorAddress function() {
                return address(name);
            }
        };
    }

    /** Returns the made-up address of an action's function: its first character. */
    static ExecutorAddress address(String name) {
        return new ExecutorAddress(name.charAt(0));
    }

    synchronized void write(String entry) {
        entries.add(entry);
    }

    /** Returns the names of the actions that ran, in order, and empties the log. */
    synchronized String take() {
        String text = String.join(" ", entries);
        entries.clear();
        return text;
    }
}
