package consumer

import dev.orcinus.jit.CallableJit
import dev.orcinus.jit.Jit
import java.lang.foreign.FunctionDescriptor
import java.lang.foreign.ValueLayout.JAVA_DOUBLE
import java.lang.foreign.ValueLayout.JAVA_INT
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.nio.file.Path
import java.util.Locale
import kotlin.math.exp

object Functions {
    @JvmStatic fun bell(x: Double): Double = exp(-x * x)
}

private fun area(jit: CallableJit, path: Path): Double {
    val double = Double::class.javaPrimitiveType
    val bell =
        MethodHandles.lookup()
            .findStatic(Functions::class.java, "bell", MethodType.methodType(double, double))
    val numerics = jit.createDylib("numerics")
    numerics.add(path)
    numerics.define("f", bell, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE))
    val integrate =
        numerics.function(
            "integrate",
            FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_INT),
        )
    return integrate.invokeExact(-6.0, 6.0, 1000) as Double
}

private fun print(place: String, area: Double) = println("%s: %.9f".format(Locale.ROOT, place, area))

fun main(arguments: Array<String>) {
    val path = Path.of(arguments[0])
    Jit.inProcess().use { print("in process", area(it, path)) }
    Jit.isolated().use { print("isolated", area(it, path)) }
}
