package dev.orcinus.jit.binding;

import dev.orcinus.jit.bind.Fallback;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/**
 * A functional interface as a C function type.
 *
 * @param shape its C type
 * @param target what C calls: {@code (CallbackSlot, C's arguments)}
 */
record CallbackType(FunctionDescriptor shape, MethodHandle target) {
    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
    private static final MethodHandle CURRENT =
            Handles.findVirtual(
                    HERE, CallbackSlot.class, "current", MethodType.methodType(Object.class));

    /**
     * Returns the method of a functional interface, or null if it has none or several. Methods that
     * {@link Object} has do not count.
     */
    static Method functionOf(Class<?> type) {
        if (!type.isInterface()) {
            return null;
        }
        List<Method> all =
                Arrays.stream(type.getMethods())
                        .filter(m -> Modifier.isAbstract(m.getModifiers()) && !isOfObject(m))
                        .toList();
        return all.size() == 1 ? all.getFirst() : null;
    }

    /** Returns whether every object has a method of this name and parameters. */
    static boolean isOfObject(Method method) {
        try {
            return Modifier.isPublic(
                    Object.class
                            .getMethod(method.getName(), method.getParameterTypes())
                            .getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /**
     * Returns the C type of a functional interface.
     *
     * @param method the interface's method
     * @throws BindingProblem if C has no such function type
     */
    static CallbackType of(Class<?> type, Method method, Conversions conversions)
            throws BindingProblem {
        MethodHandle call;
        try {
            call = conversions.access().lookup(type).unreflect(method);
        } catch (IllegalAccessException e) {
            throw new BindingProblem(type.getSimpleName() + " is not accessible: make it public");
        }
        call = call.asType(call.type().changeParameterType(0, type));
        MemoryLayout[] parameters = new MemoryLayout[method.getParameterCount()];
        for (int i = 0; i < parameters.length; i++) {
            Conversion one = conversions.ofCallbackArgument(method.getParameters()[i], i);
            parameters[i] = one.layout();
            if (one.toJava() != null) {
                call = MethodHandles.filterArguments(call, 1 + i, one.toJava());
            }
        }
        FunctionDescriptor shape = FunctionDescriptor.ofVoid(parameters);
        if (method.getReturnType() != void.class) {
            Conversion result = conversions.ofCallbackResult(method);
            shape = shape.changeReturnLayout(result.layout());
            if (result.toC() != null) {
                call = MethodHandles.filterReturnValue(call, result.toC());
            }
        }
        MethodHandle current = CURRENT.asType(MethodType.methodType(type, CallbackSlot.class));
        MethodHandle target = MethodHandles.filterArguments(call, 0, current);
        return new CallbackType(
                shape,
                MethodHandles.catchException(
                        target,
                        Throwable.class,
                        fallback(method, shape, conversions.library().keeper())));
    }

    /** Returns {@code thrown -> { keep(thrown); return fallback; }}. */
    private static MethodHandle fallback(
            Method method, FunctionDescriptor shape, MethodHandle keeper) throws BindingProblem {
        if (shape.returnLayout().isEmpty()) {
            return keeper;
        }
        Object value = value(method, shape.returnLayout().get());
        Class<?> carrier = shape.toMethodType().returnType();
        MethodHandle constant = MethodHandles.constant(carrier, value);
        return MethodHandles.foldArguments(
                MethodHandles.dropArguments(constant, 0, Throwable.class), keeper);
    }

    private static Object value(Method method, MemoryLayout result) throws BindingProblem {
        Fallback given = method.getAnnotation(Fallback.class);
        String text = given == null ? "0" : given.value();
        if (result instanceof GroupLayout group) {
            return MemorySegment.ofArray(new long[(int) (group.byteSize() + 7) / 8]);
        }
        Class<?> carrier = ((ValueLayout) result).carrier();
        try {
            return switch (carrier.getName()) {
                case "boolean" -> !text.equals("0") && !text.equals("false");
                case "byte" -> Byte.valueOf(text);
                case "char" -> (char) Integer.parseInt(text);
                case "short" -> Short.valueOf(text);
                case "int" -> Integer.decode(text);
                case "long" -> Long.decode(text);
                case "float" -> Float.valueOf(text);
                case "double" -> Double.valueOf(text);
                default -> MemorySegment.ofAddress(Long.decode(text));
            };
        } catch (NumberFormatException e) {
            throw new BindingProblem(
                    "@Fallback(\"%s\") is no %s".formatted(text, carrier.getSimpleName()));
        }
    }
}
