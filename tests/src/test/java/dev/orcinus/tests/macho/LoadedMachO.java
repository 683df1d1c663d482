package dev.orcinus.tests.macho;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.LinkException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;

/**
 * The program of {@link LoadedMachOTest}, which runs in a JVM of its own: loads Mach-O objects into
 * itself, calls them, prints their results. Its arguments are a case, the folder of the objects,
 * and their processor.
 */
public final class LoadedMachO {
    private static final FunctionDescriptor TO_INT = FunctionDescriptor.of(JAVA_INT);
    private static final FunctionDescriptor INT_TO_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor INTS_TO_INT =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor TO_ADDRESS = FunctionDescriptor.of(ADDRESS);

    private final Path objects;
    private final String processor;

    private LoadedMachO(Path objects, String processor) {
        this.objects = objects;
        this.processor = processor;
    }

    public static void main(String[] arguments) throws Throwable {
        LoadedMachO code = new LoadedMachO(Path.of(arguments[1]), arguments[2]);
        switch (arguments[0]) {
            case "calls" -> code.calls();
            case "variadic" -> code.variadic();
            case "classes" -> code.classes();
            case "exceptions" -> code.exceptions("thrower");
            case "exceptions-frameless" -> code.exceptions("thrower-frameless");
            case "exceptions-of-inline-classes" -> code.exceptionsOfInlineClasses();
            case "thread-locals" -> code.threadLocals();
            case "thread-locals-apart" -> code.threadLocalsApart();
            case "destructors" -> code.destructors();
            case "process" -> code.threadLocalOfTheProcess();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private InProcessDylib load(InProcessJit jit, String... names) throws IOException {
        InProcessDylib dylib = jit.createDylib(names[0]);
        for (String name : names) {
            dylib.add(objects.resolve(name + "-" + processor + ".o"));
        }
        return dylib;
    }

    private static void print(Object... values) {
        StringBuilder line = new StringBuilder();
        for (Object value : values) {
            line.append(line.isEmpty() ? "" : " ").append(value);
        }
        System.out.println(line);
    }

    /** Called by loaded code. */
    static int callBack(int x) {
        return 1000 + x;
    }

    private void calls() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("calls");
            dylib.add(objects.resolve("arm64/calls.o"));
            dylib.add(objects.resolve("arm64/data.o"));
            MethodHandle callBack =
                    MethodHandles.lookup()
                            .findStatic(
                                    LoadedMachO.class,
                                    "callBack",
                                    MethodType.methodType(int.class, int.class));
            dylib.define("call_back", callBack, INT_TO_INT);
            MethodHandle count = dylib.function("count", INT_TO_INT);
            print(count.invoke(5), count.invoke(5));
            MethodHandle indirect = dylib.function("indirect", INTS_TO_INT);
            print(indirect.invoke(0, 7), indirect.invoke(1, 7));
            print(dylib.function("loads", FunctionDescriptor.of(JAVA_LONG)).invoke());
            print(dylib.function("through_weak", TO_INT).invoke());
            MethodHandle text = dylib.function("text", INTS_TO_INT);
            print(text.invoke(0, 0), text.invoke(2, 1));
            MethodHandle choose = dylib.function("choose", INT_TO_INT);
            for (int i = 0; i < 8; i++) {
                print(choose.invoke(i));
            }
        }
    }

    private void variadic() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("variadic");
            dylib.add(objects.resolve("arm64/variadic.o"));
            print(dylib.function("scan_and_print", INT_TO_INT).invoke(42));
        }
    }

    private void classes() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("classes");
            dylib.add(objects.resolve("arm64/classes.o"));
            MethodHandle ofDouble = dylib.function("double_class", INT_TO_INT);
            MethodHandle ofFloat = dylib.function("float_class", INT_TO_INT);
            for (int i = 0; i < 5; i++) {
                print(ofDouble.invoke(i), ofFloat.invoke(i));
            }
            MethodHandle fits = dylib.function("fits", INT_TO_INT);
            print(fits.invoke(0), fits.invoke(1), fits.invoke(2), fits.invoke(3));
        }
    }

    private void exceptions(String thrower) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = load(jit, "unwind/catcher", "unwind/" + thrower);
            MethodHandle number = dylib.function("catch_number", INT_TO_INT);
            MethodHandle refusal =
                    dylib.function(
                            "catch_refusal",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_DOUBLE));
            MethodHandle noted = dylib.function("last_noted", TO_INT);
            for (int depth = 0; depth < 4; depth++) {
                print(number.invoke(depth), noted.invoke());
            }
            for (int depth = 0; depth < 4; depth++) {
                print(refusal.invoke(depth, 3.5), noted.invoke());
            }
            print(dylib.function("rethrow", INT_TO_INT).invoke(2), noted.invoke());
        }
    }

    private void exceptionsOfInlineClasses() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib together = load(jit, "unwind/inline-catcher", "unwind/inline-thrower");
            print(together.function("catch_inline", INT_TO_INT).invoke(5));
            InProcessDylib thrower = load(jit, "unwind/inline-thrower");
            InProcessDylib catcher = load(jit, "unwind/inline-catcher");
            catcher.linkAgainst(thrower);
            print(catcher.function("catch_inline", INT_TO_INT).invoke(6));
        }
    }

    private void threadLocals() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            print(useThreadLocals(load(jit, "tlv/defines", "tlv/uses", "tlv/threads")));
        }
    }

    private void threadLocalsApart() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib defines = load(jit, "tlv/defines");
            print(defines.function("next_counter", TO_INT).invoke());
            InProcessDylib uses = load(jit, "tlv/uses", "tlv/threads");
            uses.linkAgainst(defines);
            MethodHandle inThread =
                    uses.function("in_thread", FunctionDescriptor.of(JAVA_INT, ADDRESS));
            print((int) inThread.invoke(uses.address("check")));
            print(uses.function("used_shared", TO_INT).invoke());
            uses.close();
            print(defines.function("next_counter", TO_INT).invoke());
        }
    }

    private static String useThreadLocals(InProcessDylib dylib) throws Throwable {
        MethodHandle check = dylib.function("check", TO_INT);
        MethodHandle inThread =
                dylib.function("in_thread", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        MemorySegment address = dylib.address("check");
        print((int) check.invoke(), (int) check.invoke());
        print((int) inThread.invoke(address), (int) inThread.invoke(address));
        print(dylib.function("next_counter", TO_INT).invoke());
        print(
                dylib.function("used_shared", TO_INT).invoke(),
                dylib.function("own_shared", TO_INT).invoke());
        MethodHandle keeps =
                dylib.function(
                        "keeps_registers",
                        FunctionDescriptor.of(
                                JAVA_DOUBLE,
                                JAVA_INT,
                                JAVA_INT,
                                JAVA_INT,
                                JAVA_INT,
                                JAVA_DOUBLE,
                                JAVA_DOUBLE,
                                JAVA_DOUBLE,
                                JAVA_DOUBLE));
        print(keeps.invoke(1, 2, 7, 3, 1.5, 2.0, 0.25, 8.0));
        Object one = dylib.function("address_of_counter", TO_ADDRESS).invoke();
        Object other = dylib.function("address_of_used_counter", TO_ADDRESS).invoke();
        return one.equals(other) ? "same" : one + " and " + other;
    }

    private void destructors() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib threads = load(jit, "tlv/threads");
            InProcessDylib dylib = load(jit, "tlv/destructors");
            dylib.linkAgainst(threads);
            MethodHandle inThread =
                    threads.function("in_thread", FunctionDescriptor.of(JAVA_INT, ADDRESS));
            MethodHandle sum = threads.function("gone_sum", TO_INT);
            print((int) sum.invoke(), (int) inThread.invoke(dylib.address("held")));
            print((int) sum.invoke());
            print((int) dylib.function("held", TO_INT).invoke());
            dylib.close();
            print((int) sum.invoke());
        }
    }

    private void threadLocalOfTheProcess() throws IOException {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = load(jit, "tlv/process");
            dylib.function("read_it", TO_INT);
        } catch (LinkException e) {
            print(e.getMessage());
        }
    }
}
