package consumer;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.IsolatedJit;
import dev.orcinus.jit.Jit;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Locale;

/** Integrates a Java function by C code, in this process and in a process of its own. */
public final class Consumer {
    private Consumer() {}

    /** The function that is integrated. */
    static double bell(double x) {
        return Math.exp(-x * x);
    }

    private static double area(CallableJit jit, Path object) throws Throwable {
        MethodHandle bell =
                MethodHandles.lookup()
                        .findStatic(
                                Consumer.class,
                                "bell",
                                MethodType.methodType(double.class, double.class));
        CallableDylib dylib = jit.createDylib("numerics");
        dylib.add(object);
        dylib.define("f", bell, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));
        MethodHandle integrate =
                dylib.function(
                        "integrate",
                        FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_INT));
        return (double) integrate.invokeExact(-6.0, 6.0, 1000);
    }

    private static void print(String place, double area) {
        System.out.println(String.format(Locale.ROOT, "%s: %.9f", place, area));
    }

    /** Takes the path of the object file. */
    public static void main(String[] arguments) throws Throwable {
        Path object = Path.of(arguments[0]);
        try (InProcessJit jit = Jit.inProcess()) {
            print("in process", area(jit, object));
        }
        try (IsolatedJit jit = Jit.isolated()) {
            print("isolated", area(jit, object));
        }
    }
}
