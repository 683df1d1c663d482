package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;

import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.Set;
import java.util.SortedSet;

/**
 * What the process of a launcher does to become a keeper, with one request, and what it was before.
 *
 * @param mark the address of the value of {@link dev.orcinus.platform.linux.GuestMark} in its
 *     environment
 */
record KeeperPreparation(long mark, Before before) {
    private static final int STANDARD_ERROR = 2;
    private static final int F_DUPFD = 0;

    /**
     * What a process was before it became a keeper.
     *
     * @param signals what it has been told about signals
     * @param children those that it had
     */
    record Before(InheritedSignals signals, Set<Integer> children) {
        /** Looks at a process, which may be about to start. */
        static Before of(int pid) {
            return new Before(InheritedSignals.of(pid), Set.copyOf(ProcessChildren.of(pid)));
        }
    }

    /**
     * Prepares a process, which somebody else has started.
     *
     * @param process its variables have the mark of guests
     * @param ofLine the numbers of the line's descriptors there
     * @param ignored the signals that it ignores from now on
     * @param before what it was
     * @throws GuestGoneException if it ends
     */
    static KeeperPreparation of(
            NativeGuest process, SortedSet<Integer> ofLine, Set<Integer> ignored, Before before) {
        long mark = process.threads().on(Use.SERVICE, thread -> prepare(thread, ofLine, ignored));
        return new KeeperPreparation(mark, before);
    }

    private static long prepare(
            NativeThread thread, SortedSet<Integer> ofLine, Set<Integer> ignored) {
        try (ThreadScratch scratch = thread.scratch()) {
            CallList calls = new CallList();
            Keeper.addPreparation(calls, thread, scratch);
            addLeaving(calls, thread, scratch, ofLine);
            InheritedSignals.addIgnoring(calls, thread, scratch, ignored);
            calls.run(thread);
            return calls.result(0);
        }
    }

    /**
     * Leaves the line to this process: whoever is at its other end sees its end when this process
     * closes it. A standard stream becomes what it is for an executor with a JVM: standard input is
     * empty, and standard output is standard error.
     */
    private static void addLeaving(
            CallList calls,
            NativeThread thread,
            ThreadScratch scratch,
            SortedSet<Integer> descriptors) {
        long nothing = scratch.put("/dev/null").value();
        for (int descriptor : descriptors) {
            if (descriptor == STANDARD_ERROR) {
                continue;
            }
            calls.add(thread.address(Libc.CLOSE), descriptor);
            if (descriptor == 0) {
                calls.add(thread.address(Libc.OPEN), nothing, O_RDWR);
            } else if (descriptor < STANDARD_ERROR) {
                calls.add(thread.address(Libc.FCNTL), STANDARD_ERROR, F_DUPFD, descriptor);
            }
        }
    }
}
