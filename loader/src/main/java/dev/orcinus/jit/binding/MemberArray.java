package dev.orcinus.jit.binding;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Arrays;

/**
 * An array of a fixed length within a struct.
 *
 * @param type the Java type: an array, or {@code String} for characters
 * @param struct the elements' type if they are structs, or null
 */
record MemberArray(Class<?> type, StructType struct, int length, MemoryLayout layout) {
    private static final MethodHandle WRITE =
            Handles.findVirtual(
                    MethodHandles.lookup(),
                    MemberArray.class,
                    "write",
                    MethodType.methodType(
                            void.class,
                            CallScratch.class,
                            MemorySegment.class,
                            long.class,
                            Object.class));
    private static final MethodHandle READ =
            Handles.findVirtual(
                    MethodHandles.lookup(),
                    MemberArray.class,
                    "read",
                    MethodType.methodType(Object.class, MemorySegment.class, long.class));

    static MemberArray of(Class<?> type, StructType struct, int length) {
        MemoryLayout element;
        if (type == String.class) {
            element = JAVA_BYTE;
        } else {
            element = struct == null ? Scalars.layout(type.getComponentType()) : struct.layout();
        }
        return new MemberArray(type, struct, length, MemoryLayout.sequenceLayout(length, element));
    }

    MethodHandle write() {
        MethodHandle write = WRITE.bindTo(this);
        return write.asType(write.type().changeParameterType(3, type));
    }

    MethodHandle read() {
        MethodHandle read = READ.bindTo(this);
        return read.asType(read.type().changeReturnType(type));
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private void write(CallScratch scratch, MemorySegment target, long offset, Object value) {
        MemorySegment place = target.asSlice(offset, layout.byteSize());
        if (value instanceof String text) {
            writeText(text, place);
            return;
        }
        int given = Array.getLength(value);
        if (given != length) {
            throw new IllegalArgumentException(
                    "an array of %d elements for @Length(%d)".formatted(given, length));
        }
        if (struct == null) {
            copyToC(value, place);
        } else {
            Structs.write(struct, scratch, (Object[]) value, place);
        }
    }

    private void writeText(String text, MemorySegment place) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length > length) {
            throw new IllegalArgumentException(
                    "a text of %d bytes for @Length(%d)".formatted(bytes.length, length));
        }
        place.fill((byte) 0);
        MemorySegment.copy(bytes, 0, place, JAVA_BYTE, 0, bytes.length);
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private Object read(MemorySegment source, long offset) {
        MemorySegment place = source.asSlice(offset, layout.byteSize());
        if (type == String.class) {
            byte[] bytes = place.toArray(JAVA_BYTE);
            int end = 0;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            return new String(Arrays.copyOf(bytes, end), UTF_8);
        }
        Object array = Array.newInstance(type.getComponentType(), length);
        if (struct == null) {
            copyToJava(place, array);
        } else {
            Structs.read(struct, place, (Object[]) array);
        }
        return array;
    }

    static void copyToC(Object array, MemorySegment target) {
        ValueLayout element = Scalars.layout(array.getClass().getComponentType());
        MemorySegment.copy(array, 0, target, element, 0, Array.getLength(array));
    }

    static void copyToJava(MemorySegment source, Object array) {
        ValueLayout element = Scalars.layout(array.getClass().getComponentType());
        MemorySegment.copy(source, element, 0, array, 0, Array.getLength(array));
    }
}
