package dev.orcinus.platform.linux.guestprocess;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.guestprocess.threads.Births;
import dev.orcinus.platform.spi.guest.GuestUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Adds up what the processes of a guest take. A process that has lived for a shorter time than lies
 * between two looks counts if its parent has waited for it. Its lock guards it.
 */
final class ProcessUsage {
    private static final int MOST_LOOKS = 20;
    private static final long TICK_MILLIS = 10; // USER_HZ is 100 for programs, on all processors

    private final IntSupplier guest;
    private final Supplier<Set<Integer>> copies;
    private final Supplier<List<Integer>> orphans;
    private final Births births;
    private final long pageBytes = Unistd.getpagesize();
    private final Map<StartedProcess, StatFile.Times> seen = new HashMap<>();

    /** A process, whose number may have been that of another one. */
    private record StartedProcess(int pid, long started) {
        /** Is no record's own method, which would be generated when it is first called. */
        @Override
        public boolean equals(Object other) {
            return other instanceof StartedProcess that
                    && pid == that.pid
                    && started == that.started;
        }

        @Override
        public int hashCode() {
            return pid;
        }
    }

    /**
     * Nothing so far.
     *
     * @param guest returns the process id of the guest
     * @param copies returns those of its copies that wait
     * @param orphans returns those of processes that have lost the parent that the guest's code was
     * @param births where copies are made
     */
    ProcessUsage(
            IntSupplier guest,
            Supplier<Set<Integer>> copies,
            Supplier<List<Integer>> orphans,
            Births births) {
        this.guest = guest;
        this.copies = copies;
        this.orphans = orphans;
        this.births = births;
    }

    /**
     * Looks at all processes.
     *
     * @param exactFrom see {@link dev.orcinus.platform.spi.guest.IsolatedGuest#usage}
     */
    synchronized GuestUsage read(long exactFrom) {
        long stamp = births.stamp();
        Set<Integer> waiting = copies.get();
        Set<Integer> all = all(waiting);
        for (int look = 1; look < MOST_LOOKS && all.size() > 1 && !births.holds(stamp); look++) {
            Strays.pause(); // a copy that is being made would count
            stamp = births.stamp();
            waiting = copies.get();
            all = all(waiting);
        }
        return read(all, waiting, exactFrom);
    }

    private GuestUsage read(Set<Integer> all, Set<Integer> waiting, long exactFrom) {
        all.forEach(this::noteTimes);
        long resident = 0;
        for (int pid : all) {
            resident += residentBytes(pid);
        }
        int count = 0;
        for (int pid : all) {
            count += waiting.contains(pid) ? 0 : 1;
        }
        return new GuestUsage(
                count, resident > exactFrom ? proportionalBytes(all) : resident, cpuMillis());
    }

    private Set<Integer> all(Set<Integer> waiting) {
        Deque<Integer> left = new ArrayDeque<>(orphans.get());
        left.addAll(waiting);
        left.add(guest.getAsInt());
        Set<Integer> all = new LinkedHashSet<>();
        while (!left.isEmpty()) {
            int pid = left.pop();
            if (all.add(pid)) {
                left.addAll(ProcessChildren.of(pid));
            }
        }
        return all;
    }

    private void noteTimes(int pid) {
        StatFile.times(pid)
                .ifPresent(times -> seen.put(new StartedProcess(pid, times.started()), times));
    }

    /**
     * Returns the larger one of two sums, each of which misses something: what all processes have
     * used that have been seen; and what the guest has used, with its children that have ended.
     */
    private long cpuMillis() {
        long own = 0;
        long all = 0;
        for (Map.Entry<StartedProcess, StatFile.Times> process : seen.entrySet()) {
            own += process.getValue().own();
            boolean isGuest = process.getKey().pid == guest.getAsInt();
            all += isGuest ? process.getValue().own() + process.getValue().ofChildren() : 0;
        }
        return Math.max(own, all) * TICK_MILLIS;
    }

    private long residentBytes(int pid) {
        try {
            String text = Files.readString(Path.of("/proc/" + pid + "/statm"), ISO_8859_1);
            return Long.parseLong(text.split(" ", 3)[1]) * pageBytes;
        } catch (IOException ended) {
            return 0;
        }
    }

    private static long proportionalBytes(Iterable<Integer> all) {
        long sum = 0;
        for (int pid : all) {
            sum += proportionalBytes(pid);
        }
        return sum;
    }

    private static long proportionalBytes(int pid) {
        try {
            Path file = Path.of("/proc/" + pid + "/smaps_rollup");
            return Files.readString(file, ISO_8859_1)
                            .lines()
                            .filter(line -> line.startsWith("Pss:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    * 1024;
        } catch (IOException ended) {
            return 0;
        }
    }
}
