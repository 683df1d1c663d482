package dev.orcinus.runtime.dylib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.AtExitList.AtExit;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AtExitListTest {
    private static final ExecutorAddress HERE = new ExecutorAddress(0x1000);
    private static final ExecutorAddress THERE = new ExecutorAddress(0x2000);

    private final AtExitList list = new AtExitList();

    private static AtExit function(
            long address,
            Optional<ExecutorAddress> functionOwner,
            Optional<ExecutorAddress> argumentOwner) {
        return new AtExit(
                new ExecutorAddress(address), ExecutorAddress.NULL, functionOwner, argumentOwner);
    }

    private AtExit add(
            long address,
            Optional<ExecutorAddress> functionOwner,
            Optional<ExecutorAddress> argumentOwner) {
        AtExit function = function(address, functionOwner, argumentOwner);
        list.add(function);
        return function;
    }

    @Test
    void theNewestIsTakenFirstAndOnce() {
        AtExit first = add(1, Optional.empty(), Optional.empty());
        AtExit second = add(2, Optional.empty(), Optional.empty());
        assertEquals(2, list.size());
        assertEquals(second, list.take());
        AtExit third = add(3, Optional.empty(), Optional.empty());
        assertEquals(third, list.take());
        assertEquals(first, list.take());
        assertNull(list.take());
        assertEquals(0, list.size());
    }

    @Test
    void whatNeedsAnAllocationIsDroppedWithIt() {
        add(1, Optional.of(HERE), Optional.empty());
        AtExit stays = add(2, Optional.of(THERE), Optional.of(THERE));
        add(3, Optional.of(THERE), Optional.of(HERE));
        AtExit needsNone = add(4, Optional.empty(), Optional.empty());
        list.dropThoseOf(HERE);
        assertEquals(2, list.size());
        assertEquals(needsNone, list.take());
        assertEquals(stays, list.take());
    }
}
