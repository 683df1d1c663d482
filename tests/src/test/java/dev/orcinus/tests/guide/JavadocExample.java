package dev.orcinus.tests.guide;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A piece of code in a Javadoc. It is statements, members of a class, or members of an interface,
 * and uses names that a reader understands: {@code dylib}, {@code bytes}, {@code Maths}.
 *
 * @param file the name of the source file that has it
 * @param text its lines
 */
record JavadocExample(String file, String text) {
    private static final Pattern BLOCK =
            Pattern.compile("<pre>\\{@code(.*?)}</pre>", Pattern.DOTALL);
    private static final Pattern MARGIN = Pattern.compile("^\\s*\\* ?", Pattern.MULTILINE);

    /** The kinds of sessions, whose dylibs the examples of some files are about. */
    private static final Map<String, String> KINDS =
            Map.of(
                    "IsolatedDylib.java", "Isolated",
                    "IsolatedJit.java", "Isolated",
                    "KnownProgram.java", "Program",
                    "ProgramDylib.java", "Program",
                    "RemoteDylib.java", "Remote",
                    "TargetAddress.java", "Remote");

    private static final String BEFORE =
            """
            import dev.orcinus.compile.*;
            import dev.orcinus.jit.*;
            import dev.orcinus.jit.bind.*;
            import dev.orcinus.loader.*;
            import java.io.*;
            import java.lang.foreign.*;
            import java.lang.invoke.*;
            import java.nio.file.*;
            import java.util.*;
            import static java.lang.foreign.ValueLayout.*;

            class Names {
                static KINDJit jit;
                static KINDDylib dylib;
                static Arena arena;
                static byte[] bytes, nextVersion;
                static MemorySegment a, b, copy, numbers;
                static MethodHandle f, handle, sort;
                static String text;
                static Writer writer;
                static Parser parser;
                static Bar bar;
                static C c;
                interface Maths { double square(double x); int twice(int n); }
                interface Numerics { double integrate(double a, double b, int n); }
                interface Counter { int add(int n); }
                interface Parser { int parse(MemorySegment text); int parse(String text); }
                interface Plugin { void run(); }
                interface Listener { void onEvent(int event); }
                interface Order { int compare(@ByReference int a, @ByReference int b); }
                interface C { @SaveError int close(int descriptor); }
                interface Bar { void show(long done, long all); }
                record TimeSpec(long seconds, long nanos) {}
                static void reload() {}
                static void run(RemoteJit jit) {}
                static byte[] objectOf(String language, String text) { return bytes; }
            }
            """;

    /** What an example may be, with its place. */
    private static final List<String> FORMS =
            List.of(
                    "class Example extends Names { static void example() throws Throwable {\n%s\n} }",
                    "class Example extends Names {\n%s\n}",
                    "class Outer extends Names { interface Example {\n%s\n} }");

    /** Returns the examples of a source file. */
    static List<JavadocExample> in(Path source) throws IOException {
        List<JavadocExample> examples = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(source));
        while (block.find()) {
            String text = MARGIN.matcher(block.group(1)).replaceAll("").strip();
            examples.add(new JavadocExample(source.getFileName().toString(), text));
        }
        return examples;
    }

    /** Returns what the compiler says if the example is none of the forms. */
    List<String> problems(Path folder, Path library) throws IOException {
        List<String> said = new ArrayList<>();
        for (String form : FORMS) {
            String problem = compile(form, folder, library);
            if (problem.isEmpty()) {
                return List.of();
            }
            said.add(problem);
        }
        String first = said.getFirst().lines().limit(3).collect(Collectors.joining(" "));
        return List.of(file + ": " + text + "\n" + first);
    }

    private String compile(String form, Path folder, Path library) throws IOException {
        String kind = KINDS.getOrDefault(file, "InProcess");
        Path source = folder.resolve("Names.java");
        Files.writeString(source, BEFORE.replace("KIND", kind) + form.formatted(text));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of(
                        "--release",
                        "25",
                        "-proc:none",
                        "-cp",
                        library.toString(),
                        "-d",
                        folder.toString());
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean isRight =
                    compiler.getTask(
                                    said,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjects(source))
                            .call();
            return isRight ? "" : said.toString();
        }
    }
}
