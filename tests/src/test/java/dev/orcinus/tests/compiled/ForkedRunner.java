package dev.orcinus.tests.compiled;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitDylib;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that loads and runs programs through the public API, one after the other. It uses the
 * class path, as an application may.
 */
public final class ForkedRunner {
    private ForkedRunner() {}

    /**
     * Returns the command that starts the process.
     *
     * @param executor the command of an executor to load into; empty to load into the process
     *     itself
     */
    static List<String> command(List<String> executor, List<CompiledProgram> programs) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "-Dorcinus.root=" + System.getProperty("orcinus.root"),
                        "--illegal-native-access=deny",
                        "--enable-native-access=dev.orcinus.bindings",
                        "-p",
                        modulePath(),
                        "--add-modules",
                        "dev.orcinus.loader",
                        "-cp",
                        classPath(),
                        ForkedRunner.class.getName()));
        programs.forEach(program -> command.add(program.folder().toString()));
        command.add("--");
        command.addAll(executor);
        return command;
    }

    /**
     * Returns the module path without the tests' own module, whose packages are on the class path
     * there.
     */
    private static String modulePath() {
        List<String> modules = new ArrayList<>();
        for (String entry : System.getProperty("jdk.module.path").split(File.pathSeparator, -1)) {
            if (!entry.contains(Path.of("tests", "target").toString())) {
                modules.add(entry);
            }
        }
        return String.join(File.pathSeparator, modules);
    }

    private static String classPath() {
        try {
            Path file = Path.of(ForkedRunner.class.getResource("ForkedRunner.class").toURI());
            return file.getParent().resolve("../../../..").normalize().toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Runs the programs.
     *
     * @param arguments folders of objects, {@code --}, the executor's command
     */
    public static void main(String[] arguments) throws IOException {
        List<String> all = List.of(arguments);
        int end = all.indexOf("--");
        for (String folder : all.subList(0, end)) {
            CompiledProgram program = new CompiledProgram(Path.of(folder));
            print("== " + program);
            print("status " + run(program, all.subList(end + 1, all.size())));
        }
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static int run(CompiledProgram program, List<String> executor) throws IOException {
        return executor.isEmpty() ? runHere(program) : runThere(program, executor);
    }

    private static int runHere(CompiledProgram program) throws IOException {
        try (InProcessJit jit = Jit.inProcess()) {
            int status = run(jit, program);
            flush(jit.createDylib("libc"));
            return status & 0xff;
        }
    }

    private static int runThere(CompiledProgram program, List<String> executor) throws IOException {
        try (Jit jit = Jit.launch(executor)) {
            return run(jit, program) & 0xff;
        }
    }

    /** Runs a program and returns its status; closing the dylib runs its at-exit functions. */
    private static int run(Jit jit, CompiledProgram program) throws IOException {
        try (JitDylib dylib = jit.createDylib(program.toString())) {
            for (Path object : program.objects()) {
                dylib.add(object);
            }
            dylib.initialize();
            return dylib.run("main", List.of("program"));
        }
    }

    /** Flushes C stdio, because the C library buffers output to a pipe. */
    private static void flush(InProcessDylib libc) {
        MethodHandle flush = libc.function("fflush", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        try {
            int failed = (int) flush.invokeExact(MemorySegment.NULL);
            if (failed != 0) {
                throw new AssertionError("fflush failed");
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
