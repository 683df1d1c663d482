package consumer

import dev.orcinus.jit.{CallableJit, Jit}
import java.lang.foreign.FunctionDescriptor
import java.lang.foreign.ValueLayout.{JAVA_DOUBLE, JAVA_INT}
import java.lang.invoke.{MethodHandles, MethodType}
import java.nio.file.Path
import java.util.Locale
import scala.util.Using

object Bell:
  def bell(x: Double): Double = Math.exp(-x * x)

object Consumer:
  private def area(jit: CallableJit, path: Path): Double =
    val bell = MethodHandles
      .lookup()
      .bind(Bell, "bell", MethodType.methodType(classOf[Double], classOf[Double]))
    val numerics = jit.createDylib("numerics")
    numerics.add(path)
    numerics.define("f", bell, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE))
    val integrate = numerics.function(
      "integrate",
      FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_INT)
    )
    integrate.invokeExact(-6.0, 6.0, 1000): Double

  private def print(place: String, area: Double): Unit =
    println(String.format(Locale.ROOT, "%s: %.9f", place, Double.box(area)))

  def main(arguments: Array[String]): Unit =
    val path = Path.of(arguments(0))
    Using.resource(Jit.inProcess())(jit => print("in process", area(jit, path)))
    Using.resource(Jit.isolated())(jit => print("isolated", area(jit, path)))
