package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of the processes that a keeper's guests account for. */
final class KnownProcessesTest {
    private static final int GUEST = 100;
    private static final int COPY = 101;

    private final AtomicInteger pid = new AtomicInteger(GUEST);
    private final Set<Integer> copies = new HashSet<>(Set.of(COPY));

    private void copyTakesThePlace() {
        pid.set(COPY);
        copies.clear();
    }

    private Set<Integer> readCopies() {
        Set<Integer> read = Set.copyOf(copies);
        copyTakesThePlace();
        return read;
    }

    private int readPid() {
        int read = pid.get();
        copyTakesThePlace();
        return read;
    }

    @Test
    void aCopyIsKnownWhileItTakesThePlaceOfItsGuest() {
        Set<Integer> known = new HashSet<>();
        KnownProcesses.add(known, this::readCopies, this::readPid);
        assertEquals(Set.of(COPY), known);
    }

    @Test
    void childrenThatAreNoGuestsAreKnown() {
        KnownProcesses known = KnownProcesses.of(Map.of(), Set.of(GUEST));
        assertTrue(known.has(GUEST));
        assertFalse(known.has(COPY));
    }
}
