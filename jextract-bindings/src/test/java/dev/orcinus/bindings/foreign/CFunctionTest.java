package dev.orcinus.bindings.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class CFunctionTest {
    @Test
    void callsAFunctionOfTheCLibrary() {
        try (Arena arena = Arena.ofConfined()) {
            long text = arena.allocateFrom("orcinus").address();
            assertEquals(7, CFunction.named("strlen").call(ErrnoState.IGNORED, text));
        }
    }

    @Test
    void leavesErrnoInTheCallersState() {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            assertEquals(-1, (int) CFunction.named("close").call(state, -1));
            assertEquals(9, state.errno());
        }
    }

    @Test
    void aFunctionThatTheCLibraryLacksIsFoundOutWhenItIsCalled() {
        CFunction missing = CFunction.named("orcinus_no_such_function");
        assertFalse(missing.isPresent());
        assertThrows(UnsupportedOperationException.class, () -> missing.call(ErrnoState.IGNORED));
    }

    @Test
    void onlyNativeMemoryThatIsAliveHasAnAddress() {
        MemorySegment heap = MemorySegment.ofArray(new byte[8]);
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.address(heap));
        MemorySegment freed;
        try (Arena arena = Arena.ofConfined()) {
            freed = arena.allocate(8);
        }
        assertThrows(IllegalStateException.class, () -> NativeMemory.address(freed));
        assertEquals(0, NativeMemory.address(MemorySegment.NULL));
    }
}
