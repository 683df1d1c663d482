package dev.orcinus.jit.binding;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/** Combinations of method handles that {@link MethodHandles} does not have. It has no state. */
final class Handles {
    private Handles() {}

    static MethodHandle find(
            MethodHandles.Lookup lookup, Class<?> owner, String name, MethodType type) {
        try {
            return lookup.findStatic(owner, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    static MethodHandle findVirtual(
            MethodHandles.Lookup lookup, Class<?> owner, String name, MethodType type) {
        try {
            return lookup.findVirtual(owner, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    /**
     * Returns a handle whose first parameter stands for all parameters of its type; the others
     * follow in their order.
     */
    static MethodHandle joined(MethodHandle handle, Class<?> type) {
        List<Class<?>> parameters = new ArrayList<>(List.of(type));
        int[] order = new int[handle.type().parameterCount()];
        for (int i = 0; i < order.length; i++) {
            Class<?> parameter = handle.type().parameterType(i);
            if (parameter != type) {
                order[i] = parameters.size();
                parameters.add(parameter);
            }
        }
        MethodType joined = MethodType.methodType(handle.type().returnType(), parameters);
        return MethodHandles.permuteArguments(handle, joined, order);
    }
}
