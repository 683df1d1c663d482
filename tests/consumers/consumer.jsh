import dev.orcinus.jit.*
import java.lang.foreign.*
import static java.lang.foreign.ValueLayout.*
import java.lang.invoke.*
class Bell { static double of(double x) { return Math.exp(-x * x); } }
double area(CallableJit jit) throws Throwable {
    var bell = MethodHandles.lookup().findStatic(Bell.class, "of", MethodType.methodType(double.class, double.class));
    var numerics = jit.createDylib("numerics");
    numerics.add(Path.of(System.getProperty("object")));
    numerics.define("f", bell, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));
    var integrate = numerics.function("integrate", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_INT));
    return (double) integrate.invokeExact(-6.0, 6.0, 1000);
}
try (var jit = Jit.inProcess()) { System.out.printf(Locale.ROOT, "in process: %.9f%n", area(jit)); }
try (var jit = Jit.isolated()) { System.out.printf(Locale.ROOT, "isolated: %.9f%n", area(jit)); }
/exit
