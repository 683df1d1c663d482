package dev.orcinus.runtime.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads guest memory by copies that report a fault. It has no state. */
public final class GuestReader {
    /** Most texts end in a step of this size. */
    private static final int FIRST_STEP_BYTES = 64;

    /** No page is smaller. */
    private static final int STEP_BYTES = 4096;

    private final GuestMemory memory;

    /** A reader of a guest's memory. */
    public GuestReader(GuestMemory memory) {
        this.memory = memory;
    }

    /**
     * Returns {@code count} 64-bit words that start at an address; empty if they cannot be read.
     */
    public Optional<long[]> words(ExecutorAddress address, int count) {
        long[] words = new long[count];
        return memory.tryRead(address, MemorySegment.ofArray(words))
                ? Optional.of(words)
                : Optional.empty();
    }

    /**
     * Returns the bytes before the first NUL at or after an address.
     *
     * @param limitBytes the length at which to give up
     * @return empty if memory ends before the NUL, or the text is longer
     */
    public Optional<byte[]> text(ExecutorAddress address, long limitBytes) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ExecutorAddress at = address;
        int stepBytes = FIRST_STEP_BYTES;
        while (text.size() <= limitBytes) {
            long toBoundary = stepBytes - (at.value() & (stepBytes - 1));
            byte[] step = new byte[(int) toBoundary];
            if (!memory.tryRead(at, MemorySegment.ofArray(step))) {
                return Optional.empty();
            }
            int length = new String(step, StandardCharsets.ISO_8859_1).indexOf('\0');
            text.write(step, 0, length < 0 ? step.length : length);
            if (length >= 0) {
                return text.size() > limitBytes
                        ? Optional.empty()
                        : Optional.of(text.toByteArray());
            }
            at = at.plus(step.length);
            stepBytes = STEP_BYTES;
        }
        return Optional.empty();
    }
}
