package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.platform.spi.HostCallException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes words of a guest, some of which are in pages that only the dynamic linker writes (RELRO):
 * all of them or, if that fails, none. Used once, by one thread.
 */
final class WordPatch {
    private final Memory memory;

    /** The pages that are closed to writes, with what they are open for. */
    private final Map<Long, Integer> closed;

    /** What the words that have been written were before. */
    private final Map<Long, Long> before = new LinkedHashMap<>();

    /** The memory that has the words. */
    interface Memory {
        /**
         * Reads a word.
         *
         * @throws IllegalStateException if it cannot be read
         */
        long read(long address);

        /**
         * Writes a word.
         *
         * @throws IllegalStateException if it cannot be written
         */
        void write(long address, long word);

        /** Opens or closes a page ({@code mprotect}). */
        void protect(long page, int prot) throws HostCallException;
    }

    /** A step that may fail. */
    private interface Step {
        void run() throws HostCallException;
    }

    /** Nothing is written so far. */
    WordPatch(Memory memory, Map<Long, Integer> closed) {
        this.memory = memory;
        this.closed = closed;
    }

    /**
     * Writes words.
     *
     * @throws HostCallException if a page cannot be opened, or closed again
     * @throws IllegalStateException if a word cannot be written
     */
    void write(Map<Long, Long> values) throws HostCallException {
        try {
            for (Map.Entry<Long, Integer> page : closed.entrySet()) {
                memory.protect(page.getKey(), page.getValue() | PROT_WRITE);
            }
            for (Map.Entry<Long, Long> value : values.entrySet()) {
                long old = memory.read(value.getKey());
                memory.write(value.getKey(), value.getValue());
                before.put(value.getKey(), old);
            }
            for (Map.Entry<Long, Integer> page : closed.entrySet()) {
                memory.protect(page.getKey(), page.getValue());
            }
        } catch (HostCallException | IllegalStateException e) {
            undo(e);
            throw e;
        }
    }

    /** Writes what was there before. Some pages may have been closed again, and some are open. */
    private void undo(Exception cause) {
        if (!before.isEmpty()) {
            closed.forEach(
                    (page, prot) -> step(cause, () -> memory.protect(page, prot | PROT_WRITE)));
        }
        before.forEach((address, old) -> step(cause, () -> memory.write(address, old)));
        closed.forEach((page, prot) -> step(cause, () -> memory.protect(page, prot)));
    }

    private static void step(Exception cause, Step step) {
        try {
            step.run();
        } catch (HostCallException | IllegalStateException e) {
            cause.addSuppressed(e);
        }
    }
}
