package dev.orcinus.jit.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.orcinus.jit.bind.ByReference;
import dev.orcinus.jit.bind.InOut;
import dev.orcinus.jit.bind.Kept;
import dev.orcinus.jit.bind.Out;
import dev.orcinus.jit.bind.Size;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The conversions of the types that one interface uses. It is confined to the thread that binds.
 */
final class Conversions {
    /** Initialized when an interface has pointers. */
    private static final class Pointers {
        private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
        private static final MethodHandle TEXT =
                Handles.findVirtual(
                        HERE,
                        BoundLibrary.class,
                        "text",
                        MethodType.methodType(String.class, MemorySegment.class));
        private static final MethodHandle READ =
                Handles.findVirtual(
                        HERE,
                        BoundLibrary.class,
                        "read",
                        MethodType.methodType(
                                MemorySegment.class, MemorySegment.class, long.class));
        private static final MethodHandle OR_NULL =
                Handles.find(
                        HERE,
                        Conversions.class,
                        "orNull",
                        MethodType.methodType(MemorySegment.class, MemorySegment.class));
    }

    private final InterfaceAccess access;
    private final BoundLibrary library;
    private final Map<Class<?>, StructType> structs = new HashMap<>();
    private final Map<Class<?>, CallbackTable> callbacks = new HashMap<>();

    Conversions(InterfaceAccess access, BoundLibrary library) {
        this.access = access;
        this.library = library;
    }

    BoundLibrary library() {
        return library;
    }

    InterfaceAccess access() {
        return access;
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static MemorySegment orNull(MemorySegment segment) {
        return segment == null ? MemorySegment.NULL : segment;
    }

    /**
     * Returns how an argument of a function is passed.
     *
     * @param isCritical whether arrays are passed themselves
     * @throws BindingProblem if it cannot be passed
     */
    Conversion ofArgument(Parameter parameter, int index, boolean isCritical)
            throws BindingProblem {
        try {
            return argument(parameter, index, isCritical);
        } catch (BindingProblem e) {
            throw new BindingProblem(describe(parameter, index) + ": " + e.getMessage());
        }
    }

    private Conversion argument(Parameter parameter, int index, boolean isCritical)
            throws BindingProblem {
        Class<?> type = parameter.getType();
        boolean isOut = parameter.isAnnotationPresent(Out.class);
        boolean isInOut = parameter.isAnnotationPresent(InOut.class);
        if (type.isArray()) {
            StructType struct =
                    type.getComponentType().isRecord() ? struct(type.getComponentType()) : null;
            return ArrayCopies.of(type, struct, isOut, isInOut, library)
                    .conversion(isCritical && library.takesHeap());
        }
        if (isOut || isInOut) {
            throw new BindingProblem("@Out and @InOut are for arrays");
        }
        if (parameter.isAnnotationPresent(ByReference.class)) {
            return reference(type, describe(parameter, index) + " is null");
        }
        if (type.isRecord()) {
            return struct(type).byValue(type, describe(parameter, index) + " is null");
        }
        Method function = CallbackType.functionOf(type);
        if (function != null) {
            boolean isKept = parameter.isAnnotationPresent(Kept.class);
            return new Conversion(ADDRESS, callbacks(type, function).toC(type, isKept), null, true);
        }
        return ofValue(type, 0);
    }

    private Conversion ofValue(Class<?> type, long size) throws BindingProblem {
        if (type.isPrimitive() && type != void.class) {
            return Conversion.same(Scalars.layout(type));
        }
        if (type == MemorySegment.class) {
            AddressLayout pointer = size == 0 ? ADDRESS : library.pointer(size);
            return new Conversion(pointer, Pointers.OR_NULL, null, false);
        }
        if (type == String.class) {
            return new Conversion(
                    ADDRESS, ScratchHandles.TEXT, Pointers.TEXT.bindTo(library), true);
        }
        throw new BindingProblem("C has no type for " + type.getTypeName());
    }

    private StructType struct(Class<?> type) throws BindingProblem {
        StructType known = structs.get(type);
        if (known == null) {
            known = new StructType.Reader(access, library).read(type, List.of());
            structs.put(type, known);
        }
        return known;
    }

    private CallbackTable callbacks(Class<?> type, Method function) throws BindingProblem {
        CallbackTable known = callbacks.get(type);
        if (known == null) {
            // Another interface may have had the right to use the type; this one needs its own.
            CallbackType made = CallbackType.of(type, function, this);
            known = library.callbacks().add(type, library, made);
            callbacks.put(type, known);
        }
        return known;
    }

    private Conversion reference(Class<?> type, String whenNull) throws BindingProblem {
        if (type.isRecord()) {
            StructType struct = struct(type);
            MethodHandle place = place(struct.layout().byteSize(), struct.layout().byteAlignment());
            MethodHandle toC = StructType.nonNull(struct.filled(type, place), type, whenNull);
            return new Conversion(ADDRESS, toC, null, true);
        }
        if (!type.isPrimitive()) {
            throw new BindingProblem("@ByReference is for numbers and records");
        }
        ValueLayout layout = Scalars.layout(type);
        MethodHandle set =
                layout.varHandle().toMethodHandle(VarHandle.AccessMode.SET); // (segment, long, T)
        set = MethodHandles.insertArguments(set, 1, 0L);
        set = set.asType(set.type().changeReturnType(void.class));
        MethodHandle result =
                MethodHandles.dropArguments(MethodHandles.identity(MemorySegment.class), 1, type);
        MethodHandle filled = MethodHandles.foldArguments(result, set); // (segment, T)
        MethodHandle toC =
                MethodHandles.collectArguments(
                        filled, 0, place(layout.byteSize(), layout.byteAlignment()));
        return new Conversion(ADDRESS, toC, null, true);
    }

    private static MethodHandle place(long size, long alignment) {
        return MethodHandles.insertArguments(ScratchHandles.ALLOCATE, 1, size, alignment);
    }

    /**
     * Returns how a function's result is taken.
     *
     * @throws BindingProblem if it cannot be
     */
    Conversion ofResult(Method method) throws BindingProblem {
        Class<?> type = method.getReturnType();
        try {
            return type.isRecord()
                    ? struct(type).byValue(type, "")
                    : ofValue(type, size(method.getAnnotation(Size.class)));
        } catch (BindingProblem e) {
            throw new BindingProblem("result: " + e.getMessage());
        }
    }

    private static long size(Size size) throws BindingProblem {
        if (size == null) {
            return 0;
        }
        if (size.value() < 0) {
            throw new BindingProblem("a size of " + size.value());
        }
        return size.value();
    }

    /**
     * Returns how an argument of a callback is taken.
     *
     * @throws BindingProblem if it cannot be
     */
    Conversion ofCallbackArgument(Parameter parameter, int index) throws BindingProblem {
        Class<?> type = parameter.getType();
        try {
            if (parameter.isAnnotationPresent(ByReference.class)) {
                return referred(type);
            }
            return type.isRecord()
                    ? struct(type).byValue(type, "")
                    : ofValue(type, size(parameter.getAnnotation(Size.class)));
        } catch (BindingProblem e) {
            throw new BindingProblem(
                    "callback %s, %s: %s"
                            .formatted(
                                    parameter
                                            .getDeclaringExecutable()
                                            .getDeclaringClass()
                                            .getSimpleName(),
                                    describe(parameter, index),
                                    e.getMessage()));
        }
    }

    private Conversion referred(Class<?> type) throws BindingProblem {
        MethodHandle get;
        long size;
        if (type.isRecord()) {
            StructType struct = struct(type);
            get = struct.readAtStart();
            size = struct.layout().byteSize();
        } else if (type.isPrimitive()) {
            ValueLayout layout = Scalars.layout(type);
            get =
                    MethodHandles.insertArguments(
                            layout.varHandle().toMethodHandle(VarHandle.AccessMode.GET), 1, 0L);
            size = layout.byteSize();
        } else {
            throw new BindingProblem("@ByReference is for numbers and records");
        }
        MethodHandle read = MethodHandles.insertArguments(Pointers.READ.bindTo(library), 1, size);
        return new Conversion(
                library.pointer(size), null, MethodHandles.filterArguments(get, 0, read), false);
    }

    /**
     * Returns how the result of a callback is passed.
     *
     * @throws BindingProblem if it cannot be
     */
    Conversion ofCallbackResult(Method method) throws BindingProblem {
        Class<?> type = method.getReturnType();
        String place = "callback " + method.getDeclaringClass().getSimpleName() + ", result: ";
        if (type == String.class) {
            throw new BindingProblem(
                    place + "a text would need memory that nobody frees: return a MemorySegment");
        }
        try {
            Conversion result =
                    type.isRecord()
                            ? struct(type).byValue(type, "the result of a callback is null")
                            : ofValue(type, 0);
            if (result.needsScratch()) {
                throw new BindingProblem(
                        type.getSimpleName()
                                + " has texts, which would need memory that nobody frees");
            }
            return result;
        } catch (BindingProblem e) {
            throw new BindingProblem(place + e.getMessage());
        }
    }

    /**
     * Returns how a variable argument is passed, after C's promotions.
     *
     * @throws BindingProblem if it cannot be
     */
    Conversion ofVariable(Class<?> promoted) throws BindingProblem {
        if (promoted.isRecord()) {
            return struct(promoted).byValue(promoted, "a variable argument is null");
        }
        return ofValue(promoted, 0);
    }

    static String describe(Parameter parameter, int index) {
        return parameter.isNamePresent()
                ? "parameter '%s'".formatted(parameter.getName())
                : "parameter %d".formatted(index + 1);
    }
}
