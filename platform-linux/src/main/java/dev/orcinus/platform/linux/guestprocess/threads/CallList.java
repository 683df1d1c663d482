package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls that the guest makes one after the other, with one request. A call that has failed may end
 * the list. One thread at a time may use it.
 */
public final class CallList {
    private static final int ENTRY_WORDS = 8;
    private static final int STOPS = 7;
    private static final int REGISTERS = 6;

    private final List<long[]> entries = new ArrayList<>();
    private long[] results = {};
    private int made;
    private int errno;

    /** An empty list. */
    public CallList() {}

    /** Adds a call. */
    public void add(ExecutorAddress function, long... registers) {
        entries.add(entry(function, registers));
    }

    /** Adds a call that ends the list if its result is -1. */
    public void addOrStop(ExecutorAddress function, long... registers) {
        entries.add(stoppingEntry(function, registers));
    }

    /** Returns an entry of a list for a call that ends the list if its result is -1. */
    static long[] stoppingEntry(ExecutorAddress function, long... registers) {
        long[] entry = entry(function, registers);
        entry[STOPS] = 1;
        return entry;
    }

    /** Returns an entry of a list for a call. */
    static long[] entry(ExecutorAddress function, long[] registers) {
        long[] entry = new long[ENTRY_WORDS];
        entry[0] = function.value();
        System.arraycopy(registers, 0, entry, 1, Math.min(REGISTERS, registers.length));
        return entry;
    }

    /** Returns the number of calls. */
    public int size() {
        return entries.size();
    }

    /**
     * Makes the calls.
     *
     * @return whether all have been made, and none has ended the list
     */
    public boolean run(NativeThread thread) {
        return run(thread, List.of());
    }

    /**
     * Does what {@link #run(NativeThread)} does, and something else while the guest makes the
     * calls.
     *
     * @param meanwhile throws nothing, and does not use the thread
     */
    public boolean runWith(NativeThread thread, Runnable meanwhile) {
        return run(thread, List.of(), meanwhile);
    }

    /** Does what {@link #run(NativeThread)} does, with one request for the pending calls, too. */
    public boolean runWithPending(NativeThread thread) {
        return thread.guest().pending().makeBefore(this, thread);
    }

    /**
     * Makes calls whose results nobody wants, then the calls of the list.
     *
     * @param before entries that {@link #entry} has made
     */
    boolean run(NativeThread thread, List<long[]> before) {
        return run(thread, before, () -> {});
    }

    private boolean run(NativeThread thread, List<long[]> before, Runnable meanwhile) {
        List<long[]> calls = new ArrayList<>(before);
        calls.addAll(entries);
        long[] words = words(calls);
        MemorySegment list = MemorySegment.ofArray(words);
        try (ThreadScratch scratch = thread.scratch()) {
            ExecutorAddress there = scratch.put(list);
            long size = calls.size();
            long count = thread.call(meanwhile, GuestProgram.LIST, there.value(), size, 0);
            made = (int) count - before.size();
            scratch.get(there, list);
        }
        int all = made + before.size();
        errno = hasEnded(words, all) ? (int) words[ENTRY_WORDS * (all - 1) + 1] : 0;
        results = Arrays.copyOfRange(words, ENTRY_WORDS * before.size(), words.length);
        return made == entries.size() && errno == 0;
    }

    /** Returns whether the last call that has been made has ended the list. */
    private static boolean hasEnded(long[] words, int made) {
        int last = ENTRY_WORDS * (made - 1);
        return made > 0 && words[last + STOPS] == 1 && (int) words[last] == -1;
    }

    /** Returns the list as {@link GuestProgram#LIST} reads it. */
    public long[] words() {
        return words(entries);
    }

    private static long[] words(List<long[]> entries) {
        long[] words = new long[ENTRY_WORDS * entries.size()];
        for (int i = 0; i < entries.size(); i++) {
            System.arraycopy(entries.get(i), 0, words, ENTRY_WORDS * i, ENTRY_WORDS);
        }
        return words;
    }

    /** Returns the return register of a call. */
    public long result(int index) {
        return results[ENTRY_WORDS * index];
    }

    /** Returns the number of calls that have been made. */
    public int made() {
        return made;
    }

    /** Returns how many of the calls that have been made could have ended the list. */
    public int stopping() {
        int count = 0;
        for (int i = 0; i < made; i++) {
            count += (int) entries.get(i)[STOPS];
        }
        return count;
    }

    /** Returns the {@code errno} of the call that has ended the list. */
    public int errno() {
        return errno;
    }

    /** Returns the list's first return registers as a list. */
    public List<Long> results() {
        List<Long> all = new ArrayList<>(made);
        for (int i = 0; i < made; i++) {
            all.add(result(i));
        }
        return all;
    }
}
