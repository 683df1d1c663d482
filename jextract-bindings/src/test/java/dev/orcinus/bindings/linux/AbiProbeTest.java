package dev.orcinus.bindings.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.foreign.ErrnoState;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes a C program from the constants, offsets and prototypes of the header classes and has the C
 * compiler of this machine compare them.
 */
@EnabledOnOs(OS.LINUX)
final class AbiProbeTest {
    private static final Path SOURCES =
            Path.of("src/main/java/dev/orcinus/bindings/linux").toAbsolutePath();

    @TempDir private Path directory;

    private static List<HeaderSource> headers;

    @BeforeAll
    static void readSources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            headers =
                    files.filter(f -> Character.isUpperCase(f.getFileName().toString().charAt(0)))
                            .sorted()
                            .map(HeaderSource::read)
                            .toList();
        }
    }

    @Test
    void constantsOffsetsAndPrototypesAreThoseOfTheCCompiler() throws Exception {
        assumeTrue(hasCompiler(), "no C compiler: cc is not on the path");
        Path source = directory.resolve("probe.c");
        Files.writeString(source, program());
        Path probe = directory.resolve("probe");
        assertEquals("", run("cc", "-w", "-o", probe.toString(), source.toString()));
        assertEquals("", run(probe.toString()));
    }

    @Test
    void everyFunctionHasItsPrototype() {
        for (HeaderSource header : headers) {
            for (Method method : functions(header)) {
                assertTrue(
                        header.prototype(method.getName()).isPresent(),
                        () -> header.type() + "." + method.getName() + " has no prototype");
            }
        }
    }

    @Test
    void jextractArgumentFilesListTheSameNames() throws IOException {
        for (HeaderSource header : headers) {
            if (header.name().isEmpty()) {
                continue;
            }
            Path file = Path.of("src/jextract/linux", header.type().getSimpleName() + ".args");
            assertEquals(JextractArguments.of(header), Files.readString(file), file.toString());
        }
    }

    private static String program() {
        StringBuilder c = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n");
        c.append("#include <stdio.h>\n#include <sys/types.h>\n");
        headers.forEach(h -> h.name().ifPresent(n -> c.append("#include <" + n + ">\n")));
        headers.forEach(h -> h.prototypes().forEach(p -> c.append(p.text()).append('\n')));
        c.append("static int failures;\n");
        c.append("static void check(const char *what, long long c, long long java) {\n");
        c.append("  if (c != java) { failures = 1;");
        c.append(" printf(\"%s is %lld in C, %lld in Java\\n\", what, c, java); } }\n");
        c.append("int main(void) {\n");
        for (HeaderSource header : headers) {
            String checks = String.join("\n", checks(header)) + "\n";
            c.append(header.ifDefined().map(m -> guarded(m, checks)).orElse(checks));
        }
        return c.append("  return failures;\n}\n").toString();
    }

    private static String guarded(String macro, String checks) {
        return "#ifdef " + macro + "\n" + checks + "#endif\n";
    }

    private static List<String> checks(HeaderSource header) {
        List<String> checks = new ArrayList<>();
        constants(header.type()).forEach(f -> checks.add(check(f, f.getName())));
        for (Class<?> struct : header.type().getDeclaredClasses()) {
            constants(struct).forEach(f -> checks.add(check(f, structExpression(struct, f))));
        }
        functions(header).forEach(m -> checks.addAll(checks(header, m)));
        return checks;
    }

    private static List<Field> constants(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(f -> Modifier.isPublic(f.getModifiers()) && f.getType().isPrimitive())
                .toList();
    }

    private static String structExpression(Class<?> struct, Field field) {
        String type = (String) value(struct, "C_TYPE");
        return field.getName().equals("SIZEOF")
                ? "sizeof(" + type + ")"
                : "offsetof(" + type + ", " + field.getName().toLowerCase(Locale.ROOT) + ")";
    }

    private static String check(Field field, String expression) {
        String what = field.getDeclaringClass().getSimpleName() + "." + field.getName();
        return check(what, expression, value(field.getDeclaringClass(), field.getName()) + "LL");
    }

    private static String check(String what, String c, String java) {
        return "  check(\"" + what + "\", (long long) (" + c + "), " + java + ");";
    }

    private static Object value(Class<?> type, String field) {
        try {
            return type.getField(field).get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static List<String> checks(HeaderSource header, Method method) {
        Prototype prototype = header.prototype(method.getName()).orElseThrow();
        List<String> checks = new ArrayList<>();
        if (method.getReturnType() != void.class) {
            checks.add(
                    check(
                            "result of " + method.getName(),
                            "sizeof(" + prototype.result() + ")",
                            size(method.getReturnType())));
        }
        List<? extends Class<?>> parameters =
                Arrays.stream(method.getParameters())
                        .map(Parameter::getType)
                        .filter(t -> t != ErrnoState.class)
                        .toList();
        assertFalse(parameters.size() < prototype.parameters().size(), method::toString);
        for (int i = 0; i < prototype.parameters().size(); i++) {
            checks.add(
                    check(
                            method.getName() + " " + prototype.parameters().get(i),
                            "sizeof(" + prototype.parameters().get(i) + ")",
                            size(parameters.get(i))));
        }
        return checks;
    }

    /**
     * Returns the size of the C type: {@code int} has 4 bytes, {@code short} 2; all else is a
     * {@code long} or a pointer.
     */
    private static String size(Class<?> type) {
        if (type == short.class) {
            return "2";
        }
        return type == int.class ? "4" : "8";
    }

    private static List<Method> functions(HeaderSource header) {
        return Arrays.stream(header.type().getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()))
                .toList();
    }

    private static boolean hasCompiler() throws InterruptedException {
        try {
            return new ProcessBuilder("cc", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
