package dev.orcinus.jit.binding;

import dev.orcinus.jit.binding.BoundMethod.Plan;
import dev.orcinus.loader.UnresolvedSymbolsException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A maker of objects that implement interfaces by the functions of a dylib. It has no state. */
public final class InterfaceBinder {
    private InterfaceBinder() {}

    /**
     * Makes an object whose methods call functions.
     *
     * @param lookup has access to the interface; null to find a way to it
     * @throws IllegalArgumentException if it is no interface, is not accessible, or a method has a
     *     type that C does not have; the message names all such methods
     * @throws UnresolvedSymbolsException if functions are not defined; it names all
     */
    public static <T> T bind(Class<T> type, MethodHandles.Lookup lookup, BoundLibrary library) {
        requireInterface(type);
        InterfaceAccess access =
                lookup == null ? InterfaceAccess.find(type) : InterfaceAccess.given(type, lookup);
        Map<BoundMethod, Plan> plans = plans(type, library, new Conversions(access, library));
        requireDefined(plans.keySet().stream().toList(), type, library);
        Map<Method, MethodHandle> handles = new LinkedHashMap<>();
        plans.forEach((method, plan) -> handles.put(method.method(), link(method, plan)));
        String text = type.getSimpleName() + " of " + library.name();
        return BoundClass.make(type, access, handles, text);
    }

    private static void requireInterface(Class<?> type) {
        if (!type.isInterface() || type.isAnnotation() || type.isSealed() || type.isHidden()) {
            throw new IllegalArgumentException(type.getName() + " is no interface to be bound");
        }
    }

    private static Map<BoundMethod, Plan> plans(
            Class<?> type, BoundLibrary library, Conversions conversions) {
        Map<BoundMethod, Plan> plans = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (Method method : functions(type)) {
            BoundMethod bound = new BoundMethod(method, library, conversions);
            try {
                plans.put(bound, bound.plan());
            } catch (BindingProblem e) {
                problems.add(bound + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return plans;
    }

    /** Returns the abstract methods in an order that is the same each time. */
    private static List<Method> functions(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .filter(method -> !CallbackType.isOfObject(method))
                .sorted(InterfaceBinder::compareNames)
                .toList();
    }

    private static int compareNames(Method one, Method other) {
        int names = one.getName().compareTo(other.getName());
        return names != 0 ? names : one.toString().compareTo(other.toString());
    }

    private static void requireDefined(
            List<BoundMethod> methods, Class<?> type, BoundLibrary library) {
        Map<String, List<String>> missing = new TreeMap<>();
        for (BoundMethod method : methods) {
            if (!library.defines(method.symbol())) {
                missing.computeIfAbsent(method.symbol(), _ -> new ArrayList<>())
                        .add(type.getSimpleName() + "." + method.method().getName());
            }
        }
        if (!missing.isEmpty()) {
            throw new UnresolvedSymbolsException(missing);
        }
    }

    private static MethodHandle link(BoundMethod method, Plan plan) {
        try {
            return method.link(plan);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(method + ": " + e.getMessage(), e);
        }
    }
}
