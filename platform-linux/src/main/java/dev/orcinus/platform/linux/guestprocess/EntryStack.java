package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The stack of a program at its entry (System V ABI, "Initial Process Stack").
 *
 * @param place the address of its first word, {@code argc}
 * @param words {@code argc}, {@code argv}, the environment and the auxiliary vector
 */
record EntryStack(ExecutorAddress place, List<Long> words) {
    /** The stack of a program that is called. */
    static final EntryStack NONE = new EntryStack(ExecutorAddress.NULL, List.of());

    private static final long ALIGNMENT_BYTES = 16;

    EntryStack {
        words = List.copyOf(words);
    }

    /** Returns a stack below the one from whose {@code argv} the kernel has started the process. */
    static EntryStack below(ExecutorAddress argv, List<Long> words) {
        long end = argv.value() - Long.BYTES;
        long place = (end - (long) words.size() * Long.BYTES) & -ALIGNMENT_BYTES;
        return new EntryStack(new ExecutorAddress(place), words);
    }

    long wordCount() {
        return words.size();
    }

    MemorySegment content() {
        return MemorySegment.ofArray(words.stream().mapToLong(Long::longValue).toArray());
    }
}
