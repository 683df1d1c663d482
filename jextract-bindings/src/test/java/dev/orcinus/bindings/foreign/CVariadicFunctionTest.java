package dev.orcinus.bindings.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** Tests calls of variadic functions; {@code fcntl}'s command 1 returns a descriptor's flags. */
final class CVariadicFunctionTest {
    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_DUPFD = 0;
    private static final int EBADF = 9;

    private final CVariadicFunction fcntl = CVariadicFunction.named("fcntl");

    @Test
    void theVariableArgumentArrives() {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int copy = (int) fcntl.call(state, 2, F_DUPFD, 100);
            assertEquals(true, copy >= 100, () -> "descriptor " + copy);
            assertEquals(0, (int) fcntl.call(state, copy, F_SETFD, 1));
            assertEquals(1, (int) fcntl.call(state, copy, F_GETFD, 0));
            CFunction.named("close").call(state, copy);
            assertEquals(-1, (int) fcntl.call(state, copy, F_GETFD, 0));
            assertEquals(EBADF, state.errno());
        }
    }

    @Test
    void aFunctionThatIsMissingIsNamed() {
        CVariadicFunction missing = CVariadicFunction.named("no_such_function");
        assertEquals(
                "the C library has no function no_such_function",
                assertThrows(
                                UnsupportedOperationException.class,
                                () -> missing.call(ErrnoState.IGNORED, 0, 0, 0))
                        .getMessage());
    }
}
