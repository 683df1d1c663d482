package dev.orcinus.loader.lifetime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A handle that is guarded is inside of its gate as long as it runs, however it ends. */
final class CallGuardTest {
    private static final Lifetime CODE = new Lifetime("code.o", "has been removed");
    private static final FunctionGate GATE = CODE.gate("f");
    private static boolean wasInside;
    private static boolean afterThrows;

    /** What has happened, in its order. */
    private static final List<String> EVENTS = new ArrayList<>();

    @BeforeEach
    void begin() {
        wasInside = false;
        afterThrows = false;
        EVENTS.clear();
    }

    static long add(long a, int b) {
        wasInside = GATE.isInside();
        return a + b;
    }

    static void note(int value) {
        wasInside = GATE.isInside() && value == 5;
    }

    static double fail() {
        wasInside = GATE.isInside();
        throw new IllegalArgumentException("of the call");
    }

    static String join(double a, long b, String c, float d, byte e, Object f) {
        wasInside = GATE.isInside();
        EVENTS.add("call");
        return a + " " + b + " " + c + " " + d + " " + e + " " + f;
    }

    static void after() {
        EVENTS.add(GATE.isInside() ? "after, inside" : "after");
        if (afterThrows) {
            throw new IllegalStateException("of what comes after");
        }
    }

    private static MethodHandle handle(String name, MethodType type) throws Exception {
        return MethodHandles.lookup().findStatic(CallGuardTest.class, name, type);
    }

    private static MethodHandle guarded(String name, MethodType type) throws Exception {
        DirectMethodHandleDesc after =
                MethodHandleDesc.ofMethod(
                        DirectMethodHandleDesc.Kind.STATIC,
                        ClassDesc.of(CallGuardTest.class.getName()),
                        "after",
                        ConstantDescs.MTD_void);
        return CallGuard.around(handle(name, type), after);
    }

    private static MethodHandle guardedJoin() throws Exception {
        return guarded(
                "join",
                MethodType.methodType(
                        String.class,
                        double.class,
                        long.class,
                        String.class,
                        float.class,
                        byte.class,
                        Object.class));
    }

    /** Arguments of two slots among those of one, and a result that is a reference. */
    @Test
    void argumentsOfEachKindComeInTheirOrder() throws Throwable {
        MethodHandle join = guardedJoin();
        Object last = List.of(7);
        String joined =
                (String) join.invokeExact(GATE, 0.5, 1L << 40, "text", 1.5f, (byte) -3, last);
        assertEquals("0.5 1099511627776 text 1.5 -3 [7]", joined);
        assertTrue(wasInside);
        assertFalse(GATE.isInside());
    }

    @Test
    void whatComesAfterRunsOnceAndOutside() throws Throwable {
        MethodHandle join = guardedJoin();
        Object last = null;
        String _ = (String) join.invokeExact(GATE, 0.5, 1L, "text", 1.5f, (byte) 3, last);
        assertEquals(List.of("call", "after"), EVENTS);
    }

    @Test
    void whatComesAfterMayThrow() throws Throwable {
        afterThrows = true;
        MethodHandle note = guarded("note", MethodType.methodType(void.class, int.class));
        IllegalStateException thrown =
                assertThrows(
                        IllegalStateException.class,
                        () -> {
                            note.invokeExact(GATE, 5);
                        });
        assertEquals("of what comes after", thrown.getMessage());
        assertEquals(List.of("after"), EVENTS);
        assertTrue(wasInside);
        assertFalse(GATE.isInside());
    }

    @Test
    void theResultComesBackAndTheCallIsOutsideAgain() throws Throwable {
        MethodHandle add = guarded("add", MethodType.methodType(long.class, long.class, int.class));
        assertEquals(42L, (long) add.invokeExact(GATE, 40L, 2));
        assertTrue(wasInside);
        assertFalse(GATE.isInside());
    }

    @Test
    void aCallWithoutResultIsGuardedToo() throws Throwable {
        MethodHandle note = guarded("note", MethodType.methodType(void.class, int.class));
        note.invokeExact(GATE, 5);
        assertTrue(wasInside);
        assertFalse(GATE.isInside());
    }

    @Test
    void aCallThatThrowsIsOutsideAgain() throws Throwable {
        MethodHandle fail = guarded("fail", MethodType.methodType(double.class));
        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> {
                            double _ = (double) fail.invokeExact(GATE);
                        });
        assertEquals("of the call", thrown.getMessage());
        assertEquals(List.of(), EVENTS, "nothing comes after");
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
        assertEquals(List.of(), EVENTS);
    }
}
