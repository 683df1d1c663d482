package dev.orcinus.bindings.abi;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The C text that compares header classes with C headers: the headers and the prototypes as
 * declarations, which contradict each other if a prototype is wrong, and a comparison for each
 * constant, size, offset and parameter.
 */
final class AbiChecks {
    private final List<HeaderSource> headers;

    AbiChecks(List<HeaderSource> headers) {
        this.headers = headers;
    }

    /** A comparison of a C expression with a number of ours. */
    record Check(String what, String c, String java) {}

    /** Returns the includes and declarations. A header's macro in front of a function is undone. */
    String declarations() {
        StringBuilder c = new StringBuilder();
        headers.forEach(h -> h.name().ifPresent(n -> c.append("#include <" + n + ">\n")));
        for (HeaderSource header : headers) {
            for (Prototype prototype : header.prototypes()) {
                c.append("#undef ").append(prototype.name()).append('\n');
                c.append(prototype.text()).append('\n');
            }
        }
        return c.toString();
    }

    /** Returns the comparisons, each as the text that {@code form} makes of it. */
    String comparisons(Function<Check, String> form) {
        StringBuilder c = new StringBuilder();
        for (HeaderSource header : headers) {
            StringBuilder lines = new StringBuilder();
            checks(header).forEach(check -> lines.append(form.apply(check)).append('\n'));
            c.append(header.ifDefined().map(m -> guarded(m, lines)).orElse(lines.toString()));
        }
        return c.toString();
    }

    private static String guarded(String macro, CharSequence checks) {
        return "#ifdef " + macro + "\n" + checks + "#endif\n";
    }

    private static List<Check> checks(HeaderSource header) {
        List<Check> checks = new ArrayList<>();
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

    private static Check check(Field field, String expression) {
        String what = field.getDeclaringClass().getSimpleName() + "." + field.getName();
        return new Check(
                what, expression, value(field.getDeclaringClass(), field.getName()) + "LL");
    }

    private static Object value(Class<?> type, String field) {
        try {
            return type.getField(field).get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static List<Check> checks(HeaderSource header, Method method) {
        Prototype prototype = header.prototype(method.getName()).orElseThrow();
        List<Check> checks = new ArrayList<>();
        if (method.getReturnType() != void.class) {
            checks.add(
                    new Check(
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
            String parameter = prototype.parameters().get(i);
            String fits = "sizeof(" + parameter + ") <= " + size(parameters.get(i));
            checks.add(new Check(method.getName() + " " + parameter, fits, "1"));
        }
        return checks;
    }

    /**
     * Returns the size of the C type that a result has, and that a parameter must not exceed (a
     * callee ignores the upper half of a register that is too wide for it): {@code int} has 4
     * bytes, {@code short} 2; all else is a {@code long} or a pointer.
     */
    private static String size(Class<?> type) {
        if (type == short.class) {
            return "2";
        }
        return type == int.class ? "4" : "8";
    }

    /** Returns the functions that a header class binds. */
    static List<Method> functions(HeaderSource header) {
        return Arrays.stream(header.type().getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()))
                .toList();
    }
}
