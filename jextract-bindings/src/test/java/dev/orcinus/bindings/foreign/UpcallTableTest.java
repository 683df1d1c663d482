package dev.orcinus.bindings.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UpcallTableTest {
    private static final CFunction STUB = CFunction.at("stub", UpcallTable.stub());

    @Test
    void theIndexChoosesTheFunction() {
        int first = UpcallTable.add(List.of(storing(1), storing(2)));
        assertEquals(1 + 10 + 20 + 30 + 40, call(first));
        assertEquals(2 + 10 + 20 + 30 + 40, call(first + 1));
    }

    @Test
    void anErrorThatEscapesDoesNotEndTheProcess() {
        int index =
                UpcallTable.add(
                        List.of(
                                (_, _, _, _, _) -> {
                                    throw new AssertionError("expected by a test");
                                }));
        assertEquals(0, call(index));
    }

    @Test
    void aNullAddressHasNoText() {
        assertNull(NativeMemory.string(0));
    }

    private static UpcallTable.Target storing(long base) {
        return (a, b, c, d, result) ->
                NativeMemory.view(result, 16).set(ValueLayout.JAVA_LONG, 0, base + a + b + c + d);
    }

    private static long call(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG, 2);
            STUB.call(ErrnoState.IGNORED, 10, 20, 30, 40, index, result.address());
            return result.get(ValueLayout.JAVA_LONG, 0);
        }
    }
}
