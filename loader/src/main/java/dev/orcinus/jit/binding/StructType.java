package dev.orcinus.jit.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.jit.bind.Length;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A record as a C struct.
 *
 * @param layout its C type
 * @param write writes a record to memory: {@code (CallScratch, MemorySegment, long, record)}
 * @param read makes a record of memory: {@code (MemorySegment, long)}
 * @param needsScratch whether a component needs the memory of a call
 */
record StructType(GroupLayout layout, MethodHandle write, MethodHandle read, boolean needsScratch) {
    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
    private static final MethodHandle ADD =
            Handles.find(
                    MethodHandles.lookup(),
                    Math.class,
                    "addExact",
                    MethodType.methodType(long.class, long.class, long.class));
    private static final MethodHandle TEXT =
            Handles.findVirtual(
                    HERE,
                    CallScratch.class,
                    "text",
                    MethodType.methodType(MemorySegment.class, String.class));
    private static final MethodHandle READ_TEXT =
            Handles.findVirtual(
                    HERE,
                    BoundLibrary.class,
                    "text",
                    MethodType.methodType(String.class, MemorySegment.class));

    /** A reader of records for one interface. */
    record Reader(InterfaceAccess access, BoundLibrary library) {
        /**
         * Returns a record as a struct.
         *
         * @param outer the records around it
         * @throws BindingProblem if C has no such struct
         */
        StructType read(Class<?> type, List<Class<?>> outer) throws BindingProblem {
            if (outer.contains(type)) {
                throw new BindingProblem(type.getSimpleName() + " contains itself");
            }
            RecordComponent[] components = type.getRecordComponents();
            if (components.length == 0) {
                throw new BindingProblem(type.getSimpleName() + " has no components");
            }
            List<Class<?>> inner = new ArrayList<>(outer);
            inner.add(type);
            List<Member> members = new ArrayList<>();
            for (RecordComponent component : components) {
                try {
                    members.add(member(component, inner));
                } catch (BindingProblem e) {
                    throw new BindingProblem(
                            "%s.%s: %s"
                                    .formatted(
                                            type.getSimpleName(),
                                            component.getName(),
                                            e.getMessage()));
                }
            }
            GroupLayout layout = layout(type, members);
            MethodHandles.Lookup lookup = access.lookup(type);
            return new StructType(
                    layout,
                    writer(lookup, type, components, layout, members),
                    reader(lookup, type, components, layout, members),
                    members.stream().anyMatch(Member::needsScratch));
        }

        private static GroupLayout layout(Class<?> type, List<Member> members)
                throws BindingProblem {
            GroupLayout given = givenLayout(type);
            if (given == null) {
                return StructLayouts.of(members.stream().map(Member::layout).toList());
            }
            for (Member member : members) {
                long size = offsetOrSize(given, member.name, true);
                if (size != member.layout.byteSize()) {
                    throw new BindingProblem(
                            "%s.LAYOUT has %d bytes for '%s', but Java has %d"
                                    .formatted(
                                            type.getSimpleName(),
                                            size,
                                            member.name,
                                            member.layout.byteSize()));
                }
            }
            return given;
        }

        private static GroupLayout givenLayout(Class<?> type) throws BindingProblem {
            try {
                Field field = type.getDeclaredField("LAYOUT");
                field.setAccessible(true);
                if (field.get(null) instanceof GroupLayout layout) {
                    return layout;
                }
                throw new BindingProblem(type.getSimpleName() + ".LAYOUT is no GroupLayout");
            } catch (NoSuchFieldException e) {
                return null;
            } catch (IllegalAccessException | RuntimeException e) {
                throw new BindingProblem(
                        type.getSimpleName() + ".LAYOUT cannot be read: " + e.getMessage());
            }
        }

        private static long offsetOrSize(GroupLayout layout, String name, boolean isSize)
                throws BindingProblem {
            try {
                PathElement path = PathElement.groupElement(name);
                return isSize ? layout.select(path).byteSize() : layout.byteOffset(path);
            } catch (IllegalArgumentException e) {
                throw new BindingProblem("LAYOUT has no member '" + name + "'");
            }
        }

        private Member member(RecordComponent component, List<Class<?>> outer)
                throws BindingProblem {
            Class<?> type = component.getType();
            String name = component.getName();
            Length length = component.getAnnotation(Length.class);
            if (length != null && length.value() < 1) {
                throw new BindingProblem("a length of " + length.value());
            }
            if (type.isPrimitive()) {
                return Member.scalar(name, Scalars.layout(type));
            }
            if (type == MemorySegment.class) {
                return Member.scalar(name, ADDRESS);
            }
            if (type.isRecord()) {
                return Member.struct(name, read(type, outer));
            }
            if (type == String.class) {
                return length == null
                        ? text(name)
                        : Member.array(name, String.class, null, length.value());
            }
            if (!type.isArray()) {
                throw new BindingProblem("C has no type for " + type.getTypeName());
            }
            if (length == null) {
                throw new BindingProblem("an array within a struct needs @Length");
            }
            Class<?> element = type.getComponentType();
            if (element.isRecord()) {
                return Member.array(name, type, read(element, outer), length.value());
            }
            if (!element.isPrimitive() || element == boolean.class) {
                throw new BindingProblem("C has no type for " + type.getTypeName());
            }
            return Member.array(name, type, null, length.value());
        }

        private Member text(String name) {
            MethodHandle set = Member.setter(ADDRESS);
            // (MemorySegment, long, MemorySegment) -> (MemorySegment, long, CallScratch, String)
            MethodHandle write = MethodHandles.collectArguments(set, 2, TEXT);
            write =
                    MethodHandles.permuteArguments(
                            write,
                            MethodType.methodType(
                                    void.class,
                                    CallScratch.class,
                                    MemorySegment.class,
                                    long.class,
                                    String.class),
                            1,
                            2,
                            0,
                            3);
            MethodHandle read =
                    MethodHandles.filterReturnValue(
                            Member.getter(ADDRESS), READ_TEXT.bindTo(library));
            return new Member(name, ADDRESS.withName(name), write, read, true);
        }
    }

    /**
     * A component.
     *
     * @param write {@code (CallScratch, MemorySegment, long, value)}
     * @param read {@code (MemorySegment, long)}
     */
    private record Member(
            String name,
            MemoryLayout layout,
            MethodHandle write,
            MethodHandle read,
            boolean needsScratch) {
        static MethodHandle setter(ValueLayout layout) {
            MethodHandle set =
                    layout.varHandle().toMethodHandle(java.lang.invoke.VarHandle.AccessMode.SET);
            return set.asType(set.type().changeReturnType(void.class));
        }

        static MethodHandle getter(ValueLayout layout) {
            return layout.varHandle().toMethodHandle(java.lang.invoke.VarHandle.AccessMode.GET);
        }

        static Member scalar(String name, ValueLayout layout) {
            return new Member(
                    name,
                    layout.withName(name),
                    MethodHandles.dropArguments(setter(layout), 0, CallScratch.class),
                    getter(layout),
                    false);
        }

        static Member struct(String name, StructType type) {
            return new Member(
                    name, type.layout.withName(name), type.write, type.read, type.needsScratch);
        }

        static Member array(String name, Class<?> type, StructType struct, int length) {
            MemberArray array = MemberArray.of(type, struct, length);
            return new Member(
                    name,
                    array.layout().withName(name),
                    array.write(),
                    array.read(),
                    struct != null && struct.needsScratch);
        }
    }

    private static MethodHandle writer(
            MethodHandles.Lookup lookup,
            Class<?> type,
            RecordComponent[] components,
            GroupLayout layout,
            List<Member> members)
            throws BindingProblem {
        MethodType shape =
                MethodType.methodType(
                        void.class, CallScratch.class, MemorySegment.class, long.class, type);
        MethodHandle all = MethodHandles.empty(shape);
        for (int i = members.size() - 1; i >= 0; i--) {
            Member member = members.get(i);
            MethodHandle one = at(member.write, 2, offset(layout, members, i));
            try {
                one = MethodHandles.filterArguments(one, 3, accessor(lookup, components[i]));
            } catch (IllegalAccessException e) {
                throw new BindingProblem(inaccessible(type));
            }
            all = MethodHandles.foldArguments(all, one);
        }
        return all;
    }

    private static MethodHandle accessor(MethodHandles.Lookup lookup, RecordComponent component)
            throws IllegalAccessException {
        return lookup.unreflect(component.getAccessor());
    }

    private static String inaccessible(Class<?> type) {
        return type.getSimpleName() + " is not accessible: make it public";
    }

    /** Returns a handle that adds an offset to an argument. */
    private static MethodHandle at(MethodHandle access, int argument, long offset) {
        return offset == 0
                ? access
                : MethodHandles.filterArguments(
                        access, argument, MethodHandles.insertArguments(ADD, 1, offset));
    }

    private static long offset(GroupLayout layout, List<Member> members, int index)
            throws BindingProblem {
        return Reader.offsetOrSize(layout, members.get(index).name, false);
    }

    private static MethodHandle reader(
            MethodHandles.Lookup lookup,
            Class<?> type,
            RecordComponent[] components,
            GroupLayout layout,
            List<Member> members)
            throws BindingProblem {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        MethodHandle all;
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            all = lookup.unreflectConstructor(constructor);
        } catch (NoSuchMethodException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        } catch (IllegalAccessException e) {
            throw new BindingProblem(inaccessible(type));
        }
        int[] order = new int[2 * types.length];
        for (int i = types.length - 1; i >= 0; i--) {
            MethodHandle one = at(members.get(i).read, 1, offset(layout, members, i));
            all = MethodHandles.collectArguments(all, i, one);
            order[2 * i + 1] = 1;
        }
        return MethodHandles.permuteArguments(
                all, MethodType.methodType(type, MemorySegment.class, long.class), order);
    }

    private static final MethodHandle NEW_HEAP =
            Handles.find(
                    HERE,
                    StructType.class,
                    "newHeap",
                    MethodType.methodType(MemorySegment.class, int.class));
    private static final MethodHandle REQUIRE =
            Handles.find(
                    MethodHandles.publicLookup(),
                    Objects.class,
                    "requireNonNull",
                    MethodType.methodType(Object.class, Object.class, String.class));

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static MemorySegment newHeap(int words) {
        return MemorySegment.ofArray(new long[words]);
    }

    /** Returns the record as a value that is passed itself. */
    Conversion byValue(Class<?> type, String name) {
        int words = (int) ((layout.byteSize() + Long.BYTES - 1) / Long.BYTES);
        MethodHandle toC = filled(type, MethodHandles.insertArguments(NEW_HEAP, 0, words));
        toC = nonNull(toC, type, name);
        if (!needsScratch) {
            toC = MethodHandles.insertArguments(toC, 0, (CallScratch) null);
        }
        return new Conversion(layout, toC, readAtStart(), needsScratch);
    }

    MethodHandle readAtStart() {
        return MethodHandles.insertArguments(read, 1, 0L);
    }

    /** Returns {@code (scratch, record) -> { segment = place(); write(...); return segment; }}. */
    MethodHandle filled(Class<?> type, MethodHandle place) {
        MethodHandle fill = MethodHandles.insertArguments(write, 2, 0L);
        MethodHandle result =
                MethodHandles.dropArguments(
                        MethodHandles.dropArguments(
                                MethodHandles.identity(MemorySegment.class), 0, CallScratch.class),
                        2,
                        type);
        MethodHandle filling = MethodHandles.foldArguments(result, fill);
        MethodHandle segmentFirst =
                MethodHandles.permuteArguments(
                        filling,
                        MethodType.methodType(
                                MemorySegment.class, MemorySegment.class, CallScratch.class, type),
                        1,
                        0,
                        2);
        return MethodHandles.foldArguments(segmentFirst, place);
    }

    /** Returns a handle that names its last argument if that is null. */
    static MethodHandle nonNull(MethodHandle toC, Class<?> type, String name) {
        MethodHandle require =
                MethodHandles.insertArguments(REQUIRE, 1, name)
                        .asType(MethodType.methodType(type, type));
        return MethodHandles.filterArguments(toC, toC.type().parameterCount() - 1, require);
    }

    /** Returns the size of an array of C's {@code char} that has a text in it. */
    static MemoryLayout characters(int length) {
        return MemoryLayout.sequenceLayout(length, JAVA_BYTE);
    }
}
