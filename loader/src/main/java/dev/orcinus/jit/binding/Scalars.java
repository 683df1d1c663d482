package dev.orcinus.jit.binding;

import java.lang.foreign.ValueLayout;
import java.util.Map;

/** The C types of Java's primitive types. It has no state. */
final class Scalars {
    private static final Map<Class<?>, ValueLayout> LAYOUTS =
            Map.of(
                    boolean.class,
                    ValueLayout.JAVA_BOOLEAN,
                    byte.class,
                    ValueLayout.JAVA_BYTE,
                    char.class,
                    ValueLayout.JAVA_CHAR,
                    short.class,
                    ValueLayout.JAVA_SHORT,
                    int.class,
                    ValueLayout.JAVA_INT,
                    long.class,
                    ValueLayout.JAVA_LONG,
                    float.class,
                    ValueLayout.JAVA_FLOAT,
                    double.class,
                    ValueLayout.JAVA_DOUBLE);

    private Scalars() {}

    /** Returns the layout of a primitive type other than {@code void}. */
    static ValueLayout layout(Class<?> primitive) {
        return LAYOUTS.get(primitive);
    }
}
