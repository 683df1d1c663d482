package dev.orcinus.platform.linux.guestprocess;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A C function of a random shape: it copies its arguments to memory, one after the other, and
 * returns one of them. The reverse calls a function of that shape with arguments from memory.
 *
 * @param number its number
 * @param arguments its types
 * @param returned the number of the argument that it returns
 */
record RandomShape(int number, List<MemoryLayout> arguments, int returned) {
    private static final List<ValueLayout> NUMBERS =
            List.of(JAVA_BYTE, JAVA_SHORT, JAVA_CHAR, JAVA_INT, JAVA_LONG, JAVA_FLOAT, JAVA_DOUBLE);
    private static final int MOST_ARGUMENTS = 14;
    private static final int MOST_MEMBERS = 5;

    /** Before all functions: memory for arguments, and its address. */
    static final String PROLOGUE =
            """
            static char memory[4096];
            void *get_memory(void) { return memory; }
            static void put(void *to, const void *from, unsigned long size) {
                for (unsigned long i = 0; i < size; i++) ((char *) to)[i] = ((const char *) from)[i];
            }
            """;

    static RandomShape of(int number, Random random) {
        List<MemoryLayout> arguments = new ArrayList<>();
        int count = 1 + random.nextInt(MOST_ARGUMENTS);
        for (int i = 0; i < count; i++) {
            arguments.add(random.nextInt(3) == 0 ? group(random, 2) : number(random));
        }
        return new RandomShape(number, arguments, random.nextInt(count));
    }

    private static ValueLayout number(Random random) {
        return NUMBERS.get(random.nextInt(NUMBERS.size()));
    }

    private static MemoryLayout group(Random random, int depth) {
        List<MemoryLayout> members = new ArrayList<>();
        int count = 1 + random.nextInt(MOST_MEMBERS);
        ValueLayout same = random.nextInt(2) == 0 ? number(random) : null;
        for (int i = 0; i < count; i++) {
            members.add(same != null ? same : member(random, depth));
        }
        return random.nextInt(6) == 0 ? padded(union(members)) : struct(members);
    }

    private static MemoryLayout member(Random random, int depth) {
        return switch (random.nextInt(6)) {
            case 0 -> depth > 0 ? group(random, depth - 1) : number(random);
            case 1 -> MemoryLayout.sequenceLayout(1 + random.nextInt(3), number(random));
            default -> number(random);
        };
    }

    private static UnionLayout union(List<MemoryLayout> members) {
        return MemoryLayout.unionLayout(members.toArray(MemoryLayout[]::new));
    }

    /** A union whose members do not fill it is put into a struct, as its length is rounded. */
    private static MemoryLayout padded(UnionLayout union) {
        return union.byteSize() % union.byteAlignment() == 0 ? union : JAVA_LONG;
    }

    private static GroupLayout struct(List<MemoryLayout> members) {
        List<MemoryLayout> padded = new ArrayList<>();
        long size = 0;
        long alignment = 1;
        for (MemoryLayout member : members) {
            size = pad(padded, size, member.byteAlignment()) + member.byteSize();
            padded.add(member);
            alignment = Math.max(alignment, member.byteAlignment());
        }
        pad(padded, size, alignment);
        return MemoryLayout.structLayout(padded.toArray(MemoryLayout[]::new));
    }

    private static long pad(List<MemoryLayout> members, long size, long alignment) {
        long aligned = (size + alignment - 1) & -alignment;
        if (aligned > size) {
            members.add(MemoryLayout.paddingLayout(aligned - size));
        }
        return aligned;
    }

    FunctionDescriptor descriptor() {
        return FunctionDescriptor.of(
                arguments.get(returned), arguments.toArray(MemoryLayout[]::new));
    }

    String forward() {
        return "take" + number;
    }

    String backward() {
        return "give" + number;
    }

    /** Returns the place of an argument in memory. */
    long placeOf(int argument) {
        long place = 0;
        for (int i = 0; i < argument; i++) {
            place += (arguments.get(i).byteSize() + 15) & -16;
        }
        return place;
    }

    /** Returns the length of all arguments, behind which the result of the reverse is put. */
    long sizeBytes() {
        return placeOf(arguments.size());
    }

    /** Returns both functions in C. */
    String source() {
        StringBuilder text = new StringBuilder();
        StringBuilder parameters = new StringBuilder();
        StringBuilder puts = new StringBuilder();
        StringBuilder passed = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            text.append("typedef %s;%n".formatted(declared(arguments.get(i), type(i))));
            parameters.append(i == 0 ? "" : ", ").append(type(i)).append(" a").append(i);
            puts.append("put(memory + %d, &a%d, sizeof a%d); ".formatted(placeOf(i), i, i));
            passed.append(i == 0 ? "" : ", ");
            passed.append("*(%s *) (memory + %d)".formatted(type(i), placeOf(i)));
        }
        String result = type(returned);
        text.append(
                "%s %s(%s) { %sreturn a%d; }%n"
                        .formatted(result, forward(), parameters, puts, returned));
        text.append(
                "void %s(%s (*f)(%s)) { %s r = f(%s); put(memory + %d, &r, sizeof r); }%n"
                        .formatted(backward(), result, parameters, result, passed, sizeBytes()));
        return text.toString();
    }

    private String type(int argument) {
        return "type%d_%d".formatted(number, argument);
    }

    /** Returns the C declaration of a name of a type. */
    private static String declared(MemoryLayout layout, String name) {
        return switch (layout) {
            case SequenceLayout sequence ->
                    declared(
                            sequence.elementLayout(),
                            "%s[%d]".formatted(name, sequence.elementCount()));
            case GroupLayout group -> group(group) + " " + name;
            default -> cName((ValueLayout) layout) + " " + name;
        };
    }

    private static String group(GroupLayout group) {
        StringBuilder text =
                new StringBuilder(group instanceof UnionLayout ? "union {" : "struct {");
        int member = 0;
        for (MemoryLayout layout : group.memberLayouts()) {
            if (!(layout instanceof PaddingLayout)) {
                text.append(declared(layout, "m" + member++)).append("; ");
            }
        }
        return text.append("}").toString();
    }

    private static String cName(ValueLayout layout) {
        return switch (layout.carrier().getName()) {
            case "byte" -> "signed char";
            case "char" -> "unsigned short";
            default -> layout.carrier().getName();
        };
    }

    /** Returns an argument with random content. */
    Object value(int argument, Random random) {
        byte[] bytes = new byte[(int) arguments.get(argument).byteSize()];
        random.nextBytes(bytes);
        long[] words = new long[(bytes.length + 7) / 8];
        MemorySegment content = MemorySegment.ofArray(words).asSlice(0, bytes.length);
        content.copyFrom(MemorySegment.ofArray(bytes));
        return arguments.get(argument) instanceof ValueLayout number
                ? number(number, content)
                : content;
    }

    private static Object number(ValueLayout layout, MemorySegment content) {
        return switch (layout.carrier().getName()) {
            case "byte" -> content.get(JAVA_BYTE, 0);
            case "short" -> content.get(JAVA_SHORT, 0);
            case "char" -> content.get(JAVA_CHAR, 0);
            case "int" -> content.get(JAVA_INT, 0);
            case "long" -> content.get(JAVA_LONG, 0);
            case "float" -> (float) content.get(JAVA_INT, 0); // no NaN, whose bits may change
            default -> (double) content.get(JAVA_LONG, 0);
        };
    }

    /** Returns the bytes of an argument in memory, with zeros where it has padding. */
    byte[] bytes(int argument, Object value) {
        return withoutPadding(argument, contentOf(argument, value));
    }

    /** Returns bytes of an argument with zeros where it has padding. */
    byte[] withoutPadding(int argument, byte[] content) {
        boolean[] used = new boolean[content.length];
        mark(arguments.get(argument), 0, used);
        byte[] kept = content.clone();
        for (int i = 0; i < kept.length; i++) {
            kept[i] = used[i] ? kept[i] : 0;
        }
        return kept;
    }

    private static void mark(MemoryLayout layout, long offset, boolean[] used) {
        switch (layout) {
            case SequenceLayout sequence -> {
                long size = sequence.elementLayout().byteSize();
                for (long i = 0; i < sequence.elementCount(); i++) {
                    mark(sequence.elementLayout(), offset + i * size, used);
                }
            }
            case GroupLayout group -> {
                long at = offset;
                for (MemoryLayout member : group.memberLayouts()) {
                    mark(member, at, used);
                    at += group instanceof UnionLayout ? 0 : member.byteSize();
                }
            }
            case ValueLayout number ->
                    Arrays.fill(used, (int) offset, (int) (offset + number.byteSize()), true);
            case PaddingLayout _ -> {}
        }
    }

    private byte[] contentOf(int argument, Object value) {
        MemoryLayout layout = arguments.get(argument);
        if (value instanceof MemorySegment content) {
            return content.toArray(JAVA_BYTE);
        }
        MemorySegment content = MemorySegment.ofArray(new long[1]);
        switch (value) {
            case Byte number -> content.set(JAVA_BYTE, 0, number);
            case Short number -> content.set(JAVA_SHORT, 0, number);
            case Character number -> content.set(JAVA_CHAR, 0, number);
            case Integer number -> content.set(JAVA_INT, 0, number);
            case Long number -> content.set(JAVA_LONG, 0, number);
            case Float number -> content.set(JAVA_FLOAT, 0, number);
            default -> content.set(JAVA_DOUBLE, 0, (double) value);
        }
        return content.asSlice(0, layout.byteSize()).toArray(JAVA_BYTE);
    }
}
