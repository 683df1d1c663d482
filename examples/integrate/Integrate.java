import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;

/** Java calls C, and C calls back: a compiled integrate() whose function f() is a Java method. */
final class Integrate {
    private Integrate() {}

    static double f(double x) {
        return Math.exp(-x * x);
    }

    public static void main(String[] arguments) throws Throwable {
        MethodHandle f =
                MethodHandles.lookup()
                        .findStatic(Integrate.class, "f", MethodType.methodType(double.class, double.class));
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib numerics = jit.createDylib("numerics");
            numerics.add(Path.of(arguments[0]));
            numerics.define("f", f, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));
            MethodHandle integrate =
                    numerics.function(
                            "integrate",
                            FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_INT));
            double area = (double) integrate.invokeExact(-6.0, 6.0, 1000);
            System.out.printf("the area under exp(-x*x) is %.9f, its square %.9f%n", area, area * area);
        }
    }
}
