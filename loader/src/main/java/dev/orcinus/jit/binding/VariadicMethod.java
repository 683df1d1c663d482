package dev.orcinus.jit.binding;

import dev.orcinus.jit.binding.BoundMethod.Plan;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A method with variable arguments. Their types are known when it is called; the handle for each
 * list of types is made once. Many threads may call it.
 */
final class VariadicMethod {
    private static final MethodHandle CALL =
            Handles.findVirtual(
                    MethodHandles.lookup(),
                    VariadicMethod.class,
                    "call",
                    MethodType.methodType(Object.class, Object[].class));

    private final BoundMethod method;
    private final Plan fixed;
    private final Map<List<Class<?>>, MethodHandle> handles = new ConcurrentHashMap<>();

    VariadicMethod(BoundMethod method, Plan fixed) {
        this.method = method;
        this.fixed = fixed;
    }

    MethodHandle handle() {
        MethodType type = method.type();
        return CALL.bindTo(this).asCollector(Object[].class, type.parameterCount()).asType(type);
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private Object call(Object[] arguments) throws Throwable {
        int count = fixed.types().size();
        Object variable = arguments[count];
        int more = variable == null ? 0 : Array.getLength(variable);
        Object[] all = Arrays.copyOf(arguments, count + more);
        List<Class<?>> types = new ArrayList<>();
        for (int i = 0; i < more; i++) {
            Object promoted = promoted(Array.get(variable, i));
            all[count + i] = promoted;
            types.add(typeOf(promoted));
        }
        MethodHandle handle = handles.get(types);
        if (handle == null) {
            handle = link(types);
            handles.put(List.copyOf(types), handle);
        }
        return handle.invokeExact(all);
    }

    /**
     * Applies C's promotions: small integers are passed as {@code int}, {@code float} as {@code
     * double}.
     */
    private static Object promoted(Object value) {
        return switch (value) {
            case null -> MemorySegment.NULL;
            case Boolean truth -> truth ? 1 : 0;
            case Byte number -> number.intValue();
            case Short number -> number.intValue();
            case Character character -> (int) character;
            case Float number -> number.doubleValue();
            default -> value;
        };
    }

    private static Class<?> typeOf(Object value) {
        return switch (value) {
            case Integer _ -> int.class;
            case Long _ -> long.class;
            case Double _ -> double.class;
            case MemorySegment _ -> MemorySegment.class;
            default -> value.getClass();
        };
    }

    private MethodHandle link(List<Class<?>> types) {
        List<Class<?>> all = new ArrayList<>(fixed.types());
        List<Conversion> conversions = new ArrayList<>(fixed.arguments());
        for (Class<?> type : types) {
            all.add(type);
            conversions.add(variable(type));
        }
        Plan plan = new Plan(all, conversions, fixed.result());
        MethodHandle handle = method.link(plan, fixed.types().size());
        return handle.asSpreader(Object[].class, all.size())
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    private Conversion variable(Class<?> type) {
        try {
            synchronized (method) {
                return method.variable(type);
            }
        } catch (BindingProblem e) {
            throw new IllegalArgumentException(
                    "%s: variable argument: %s".formatted(method, e.getMessage()), e);
        }
    }
}
