package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.GuestMark;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The processes that guests which run account for, as they were at one moment. Whoever looks at all
 * children of a keeper asks for each of them, and there may be a thousand guests, so they are
 * counted once for each look. Nobody changes it.
 *
 * @param pids the process ids of guests and of their copies, and of children that are no guests
 * @param marks the marks of the guests
 */
record KnownProcesses(Set<Integer> pids, Set<GuestMark> marks) {
    /**
     * Returns what is known now.
     *
     * @param others the children of a keeper that are no guests
     */
    static KnownProcesses of(Map<NativeGuest, GuestMark> guests, Set<Integer> others) {
        Set<Integer> pids = new HashSet<>(others);
        Set<GuestMark> marks = new HashSet<>(guests.values());
        for (NativeGuest guest : guests.keySet()) {
            add(pids, guest::waitingCopies, guest::pid);
        }
        return new KnownProcesses(pids, marks);
    }

    /**
     * Adds the process ids of a guest. Its copies are asked for first: a copy that takes the place
     * of its guest is the guest before it is no copy any more.
     */
    static void add(Set<Integer> pids, Supplier<Set<Integer>> copies, IntSupplier pid) {
        pids.addAll(copies.get());
        pids.add(pid.getAsInt());
    }

    /** Returns whether a process is a guest, a copy of one, or none of a guest's. */
    boolean has(int pid) {
        return pids.contains(pid);
    }

    /** Returns whether a process, or one that has started it, has been started by a guest. */
    boolean hasStarted(int pid) {
        return GuestMark.allOn(pid).stream().anyMatch(marks::contains);
    }
}
