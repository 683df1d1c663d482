package dev.orcinus.loader.lifetime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A handle that is guarded is inside of its gate as long as it runs, however it ends. */
final class CallGuardTest {
    private static final Lifetime CODE = new Lifetime("code.o", "has been removed");
    private static final FunctionGate GATE = CODE.gate("f");
    private static boolean wasInside;
    private static int ended;

    private static long add(long a, int b) {
        wasInside = GATE.isInside();
        return a + b;
    }

    private static void note(int value) {
        wasInside = GATE.isInside() && value == 5;
    }

    private static double fail() {
        wasInside = GATE.isInside();
        throw new IllegalArgumentException("of the call");
    }

    private static void end() {
        assertFalse(GATE.isInside());
        ended++;
    }

    private static MethodHandle guarded(String name, MethodType type) throws Exception {
        MethodHandles.Lookup here = MethodHandles.lookup();
        ended = 0;
        return CallGuard.around(
                here.findStatic(CallGuardTest.class, name, type),
                here.findStatic(CallGuardTest.class, "end", MethodType.methodType(void.class)));
    }

    @Test
    void theResultComesBackAndTheCallIsOutsideAgain() throws Throwable {
        MethodHandle add = guarded("add", MethodType.methodType(long.class, long.class, int.class));
        wasInside = false;
        assertEquals(42L, (long) add.invokeExact(GATE, 40L, 2));
        assertTrue(wasInside);
        assertEquals(1, ended);
        assertFalse(GATE.isInside());
    }

    @Test
    void aCallWithoutResultIsGuardedToo() throws Throwable {
        MethodHandle note = guarded("note", MethodType.methodType(void.class, int.class));
        wasInside = false;
        note.invokeExact(GATE, 5);
        assertTrue(wasInside);
        assertEquals(1, ended);
        assertFalse(GATE.isInside());
    }

    @Test
    void aCallThatThrowsIsOutsideAgain() throws Throwable {
        MethodHandle fail = guarded("fail", MethodType.methodType(double.class));
        wasInside = false;
        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> {
                            double _ = (double) fail.invokeExact(GATE);
                        });
        assertEquals("of the call", thrown.getMessage());
        assertTrue(wasInside);
        assertFalse(GATE.isInside());
    }

    @Test
    void codeThatIsGoneIsNotCalled() throws Throwable {
        Lifetime gone = new Lifetime("gone.o", "has been removed");
        FunctionGate gate = gone.gate("g");
        Ending.begin(List.of(gone), List.of(), () -> false);
        gone.end();
        MethodHandle note = guarded("note", MethodType.methodType(void.class, int.class));
        wasInside = true;
        assertThrows(
                IllegalStateException.class,
                () -> {
                    note.invokeExact(gate, 5);
                });
        assertTrue(wasInside, "it has not run");
    }
}
