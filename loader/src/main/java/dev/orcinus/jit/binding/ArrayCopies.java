package dev.orcinus.jit.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;

/**
 * An array that is passed as a pointer to a copy.
 *
 * @param struct the elements' type if they are structs, or null
 * @param isCopiedIn whether C reads the elements
 * @param isCopiedOut whether C writes them
 */
record ArrayCopies(
        Class<?> type,
        StructType struct,
        boolean isCopiedIn,
        boolean isCopiedOut,
        BoundLibrary library) {
    private static final long POINTER_BYTES = ADDRESS.byteSize();
    private static final MethodHandle TO_C =
            Handles.findVirtual(
                    MethodHandles.lookup(),
                    ArrayCopies.class,
                    "toC",
                    MethodType.methodType(MemorySegment.class, CallScratch.class, Object.class));
    private static final MethodHandle HEAP =
            Handles.find(
                    MethodHandles.lookup(),
                    ArrayCopies.class,
                    "heap",
                    MethodType.methodType(MemorySegment.class, Object.class));

    static ArrayCopies of(
            Class<?> type, StructType struct, boolean isOut, boolean isInOut, BoundLibrary library)
            throws BindingProblem {
        Class<?> element = type.getComponentType();
        boolean isNumber = element.isPrimitive() && element != boolean.class;
        if (!isNumber && struct == null && element != String.class) {
            throw new BindingProblem("C has no type for " + type.getTypeName());
        }
        return new ArrayCopies(type, struct, !isOut || isInOut, isOut || isInOut, library);
    }

    /**
     * Returns the conversion.
     *
     * @param isHeap whether C gets the array itself
     */
    Conversion conversion(boolean isHeap) throws BindingProblem {
        if (!isHeap) {
            MethodHandle toC = TO_C.bindTo(this);
            return new Conversion(
                    ADDRESS, toC.asType(toC.type().changeParameterType(1, type)), null, true);
        }
        if (!type.getComponentType().isPrimitive()) {
            throw new BindingProblem("@Critical passes arrays of numbers only");
        }
        MethodHandle toC = HEAP.asType(MethodType.methodType(MemorySegment.class, type));
        return new Conversion(ADDRESS, toC, null, false);
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static MemorySegment heap(Object array) {
        return switch (array) {
            case null -> MemorySegment.NULL;
            case byte[] bytes -> MemorySegment.ofArray(bytes);
            case char[] chars -> MemorySegment.ofArray(chars);
            case short[] shorts -> MemorySegment.ofArray(shorts);
            case int[] ints -> MemorySegment.ofArray(ints);
            case long[] longs -> MemorySegment.ofArray(longs);
            case float[] floats -> MemorySegment.ofArray(floats);
            case double[] doubles -> MemorySegment.ofArray(doubles);
            default -> throw new IllegalArgumentException("not numbers: " + array.getClass());
        };
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private MemorySegment toC(CallScratch scratch, Object array) {
        if (array == null) {
            return MemorySegment.NULL;
        }
        return array instanceof Object[] objects
                ? objects(scratch, objects)
                : numbers(scratch, array);
    }

    private MemorySegment numbers(CallScratch scratch, Object array) {
        ValueLayout element = Scalars.layout(type.getComponentType());
        int length = Array.getLength(array);
        MemorySegment copy = scratch.allocate(length * element.byteSize(), element.byteAlignment());
        if (isCopiedIn) {
            MemorySegment.copy(array, 0, copy, element, 0, length);
        } else {
            copy.fill((byte) 0);
        }
        if (isCopiedOut) {
            scratch.afterwards(() -> MemorySegment.copy(copy, element, 0, array, 0, length));
        }
        return copy;
    }

    private MemorySegment objects(CallScratch scratch, Object[] array) {
        return struct == null ? texts(scratch, array) : structs(scratch, array);
    }

    private MemorySegment structs(CallScratch scratch, Object[] records) {
        MemorySegment copy =
                scratch.allocate(
                        records.length * struct.layout().byteSize(),
                        struct.layout().byteAlignment());
        if (isCopiedIn) {
            Structs.write(struct, scratch, records, copy);
        } else {
            copy.fill((byte) 0);
        }
        if (isCopiedOut) {
            scratch.afterwards(() -> Structs.read(struct, copy, records));
        }
        return copy;
    }

    /** Returns pointers to the texts, with a null pointer behind them. */
    private MemorySegment texts(CallScratch scratch, Object[] texts) {
        MemorySegment pointers =
                scratch.allocate((texts.length + 1) * POINTER_BYTES, POINTER_BYTES);
        pointers.fill((byte) 0);
        for (int i = 0; isCopiedIn && i < texts.length; i++) {
            pointers.setAtIndex(ADDRESS, i, scratch.text((String) texts[i]));
        }
        if (isCopiedOut) {
            scratch.afterwards(
                    () -> {
                        for (int i = 0; i < texts.length; i++) {
                            texts[i] = library.text(pointers.getAtIndex(ADDRESS, i));
                        }
                    });
        }
        return pointers;
    }
}
