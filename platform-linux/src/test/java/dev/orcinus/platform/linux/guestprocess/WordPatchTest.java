package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.spi.HostCallException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests that words are written all or none, whichever step fails. */
final class WordPatchTest {
    private static final int PAGE = 0x1000;
    private static final Map<Long, Long> OLD = Map.of(0x1008L, 1L, 0x2008L, 2L, 0x3008L, 3L);
    private static final Map<Long, Long> NEW = Map.of(0x1008L, 11L, 0x2008L, 12L, 0x3008L, 13L);

    /** Two pages are closed, and the third one is always writable. */
    private static final Map<Long, Integer> CLOSED =
            new TreeMap<>(Map.of(0x1000L, PROT_READ, 0x2000L, PROT_READ));

    /** Memory of which one step fails. */
    private static final class Stub implements WordPatch.Memory {
        private final Map<Long, Long> words = new HashMap<>(OLD);
        private final Map<Long, Integer> pages = new HashMap<>(CLOSED);
        private final int failing;
        private int steps;

        /**
         * Memory as it is before.
         *
         * @param failing the number of the step that fails, from 1; 0 for none
         */
        Stub(int failing) {
            this.failing = failing;
            pages.put(0x3000L, PROT_READ | PROT_WRITE);
        }

        private boolean fails() {
            return ++steps == failing;
        }

        @Override
        public long read(long address) {
            if (fails()) {
                throw new IllegalStateException("not readable");
            }
            return words.get(address);
        }

        @Override
        public void write(long address, long word) {
            if (fails() || (pages.get(address & -PAGE) & PROT_WRITE) == 0) {
                throw new IllegalStateException("not writable");
            }
            words.put(address, word);
        }

        @Override
        public void protect(long page, int prot) throws HostCallException {
            if (fails()) {
                throw new HostCallException("mprotect", 12, "no memory");
            }
            pages.put(page, prot);
        }
    }

    private static int write(Stub memory) throws HostCallException {
        new WordPatch(memory, CLOSED).write(new TreeMap<>(NEW));
        return memory.steps;
    }

    @Test
    void allWordsAreWrittenAndPagesAreClosedAgain() throws HostCallException {
        Stub memory = new Stub(0);
        write(memory);
        assertEquals(NEW, memory.words);
        assertEquals(new Stub(0).pages, memory.pages);
    }

    @Test
    void noWordIsWrittenIfAStepFails() throws HostCallException {
        int steps = write(new Stub(0));
        assertEquals(10, steps, "two are opened, three are read and written, two are closed");
        for (int failing = 1; failing <= steps; failing++) {
            Stub memory = new Stub(failing);
            String step = "step " + failing;
            assertThrows(Exception.class, () -> write(memory), step);
            assertEquals(OLD, memory.words, step);
            assertEquals(new Stub(0).pages, memory.pages, step);
        }
    }
}
