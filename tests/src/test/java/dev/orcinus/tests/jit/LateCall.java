package dev.orcinus.tests.jit;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** A program that calls a handle of a dylib that it has closed. */
final class LateCall {
    private LateCall() {}

    private static void closeInHere(InProcessDylib dylib) {
        dylib.close();
    }

    public static void main(String[] arguments) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib numbers = jit.createDylib("numbers");
            numbers.add(Path.of(arguments[0]));
            MethodHandle answer =
                    numbers.function("answer", FunctionDescriptor.of(ValueLayout.JAVA_INT));
            closeInHere(numbers);
            int unreached = (int) answer.invokeExact();
            System.out.println(unreached);
        }
    }
}
