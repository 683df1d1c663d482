package dev.orcinus.tests.jit;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.GuestCrashException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;

/** A program that links, is called by C code, and lets code crash in a process of its own. */
final class Flight {
    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private Flight() {}

    static int twice(int number) {
        return 2 * number;
    }

    private static int ask(CallableDylib dylib, Path object) throws Throwable {
        dylib.add(object);
        MethodHandle asks = dylib.function("asks", SHAPE);
        return (int) asks.invokeExact(3);
    }

    public static void main(String[] arguments) throws Throwable {
        Path object = Path.of(arguments[0]);
        MethodHandle twice =
                MethodHandles.lookup()
                        .findStatic(
                                Flight.class, "twice", MethodType.methodType(int.class, int.class));
        try (CallableJit jit = Jit.inProcess()) {
            System.out.println(
                    ask(jit.createDylib("numbers").define("java", twice, SHAPE), object));
        }
        try (CallableJit jit = Jit.isolated()) {
            MemorySegment nowhere = MemorySegment.ofAddress(0x10);
            ask(jit.createDylib("wrong").define("java", nowhere), object);
            throw new AssertionError("it has not crashed");
        } catch (GuestCrashException expected) {
            System.out.println(expected.getMessage());
        }
    }
}
