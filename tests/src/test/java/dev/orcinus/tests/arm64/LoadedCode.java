package dev.orcinus.tests.arm64;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The program of {@link LoadedCodeTest}, which runs in an AArch64 JVM: loads objects into itself,
 * calls them, prints their results. Its arguments are a case and the folder of the objects.
 */
final class LoadedCode {
    private static final FunctionDescriptor INT_TO_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor TO_INT = FunctionDescriptor.of(JAVA_INT);

    private final Path objects;

    private LoadedCode(Path objects) {
        this.objects = objects;
    }

    public static void main(String[] arguments) throws Throwable {
        LoadedCode code = new LoadedCode(Path.of(arguments[1]));
        switch (arguments[0]) {
            case "calls" -> {
                for (String model : new String[] {"small", "static", "tiny", "large"}) {
                    code.calls(model);
                }
            }
            case "exceptions" -> code.exceptions("catcher.o", "thrower.o");
            case "far" -> code.exceptions("catcher.o", "filler.o", "thrower.o");
            case "statics" -> code.statics();
            case "indirect" -> code.indirect();
            case "atomics" -> code.atomics();
            case "thread-locals" -> code.threadLocals();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private InProcessDylib load(InProcessJit jit, String... names) throws Exception {
        InProcessDylib dylib = jit.createDylib(names[0]);
        for (String name : names) {
            dylib.add(objects.resolve(name));
        }
        return dylib;
    }

    /** Called by loaded code. */
    static int ask(int x) {
        return 1000 + x;
    }

    private void calls(String model) throws Throwable {
        try (InProcessJit jit = Jit.inProcess();
                Arena arena = Arena.ofConfined()) {
            InProcessDylib dylib = load(jit, "calls." + model + ".o", "data.o");
            MethodHandle ask =
                    MethodHandles.lookup()
                            .findStatic(
                                    LoadedCode.class,
                                    "ask",
                                    MethodType.methodType(int.class, int.class));
            dylib.define("ask", ask, INT_TO_INT);
            MethodHandle count = dylib.function("count", INT_TO_INT);
            System.out.println(model + " " + count.invoke(1) + " " + count.invoke(10));
            MethodHandle choose = dylib.function("choose", INT_TO_INT);
            int[] chosen = IntStream.range(0, 9).map(i -> call(choose, i)).toArray();
            System.out.println(Arrays.toString(chosen));
            MethodHandle scale =
                    dylib.function(
                            "scale",
                            FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, ADDRESS, JAVA_INT));
            MemorySegment factors = arena.allocateFrom(JAVA_DOUBLE, 2, 4);
            System.out.println((double) scale.invoke(1.5, factors, 2));
            MethodHandle print =
                    dylib.function(
                            "print",
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_DOUBLE));
            MemorySegment text = arena.allocate(64);
            System.out.println((int) print.invoke(text, -7, 2.5) + " " + text.getString(0));
        }
    }

    private static int call(MethodHandle function, int argument) {
        try {
            return (int) function.invoke(argument);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void exceptions(String... names) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = load(jit, names);
            dylib.initialize();
            long distance = dylib.address("_Z4faili").address() - dylib.address("tryIt").address();
            System.out.println(Math.abs(distance) >> 20);
            MethodHandle tryIt = dylib.function("tryIt", INT_TO_INT);
            MethodHandle noted = dylib.function("noted", TO_INT);
            for (int code : new int[] {7, 123, 8}) {
                System.out.println(tryIt.invoke(code) + " " + noted.invoke());
            }
        }
    }

    private void statics() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = load(jit, "statics.o");
            dylib.initialize();
            System.out.println(dylib.run("main", List.of("statics", "x")));
        }
    }

    private void indirect() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = load(jit, "indirect.o");
            System.out.println(dylib.function("callPick", INT_TO_INT).invoke(41));
            System.out.println(dylib.function("pick", INT_TO_INT).invoke(1));
            MethodHandle address = dylib.function("addressOfPick", FunctionDescriptor.of(ADDRESS));
            MemorySegment pick = (MemorySegment) address.invoke();
            System.out.println(pick.equals(dylib.address("pick")));
        }
    }

    private void atomics() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = load(jit, "atomics.o");
            System.out.println(dylib.function("atomics", TO_INT).invoke());
            MethodHandle addMany = dylib.function("addMany", INT_TO_INT);
            Thread other = new Thread(() -> call(addMany, 100_000));
            other.start();
            call(addMany, 100_000);
            other.join();
            System.out.println(call(addMany, 0));
        }
    }

    private void threadLocals() throws Throwable {
        for (String model : new String[] {"descriptor", "pair", "initial", "local", "tiny"}) {
            for (String other : new String[] {"descriptor", "pair", "initial"}) {
                System.out.println(threadLocals(model, other));
            }
        }
    }

    private String threadLocals(String model, String other) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib =
                    load(jit, "threadlocals." + model + ".o", "threadlocals_other." + other + ".o");
            MethodHandle wrong = dylib.function("wrong", TO_INT);
            int here = (int) wrong.invoke();
            int there = call(dylib.function("in_threads", INT_TO_INT), 20);
            return model + " " + other + " " + here + " " + there;
        }
    }
}
