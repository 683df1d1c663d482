package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The C function is variadic. A Java method with variable arguments ({@code Object...}) needs no
 * annotation; this one is for methods that list their arguments.
 *
 * <pre>{@code @Variadic(fixedCount = 2) int open(String path, int flags, int mode);}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Variadic {
    /** The number of parameters before the first variable one. */
    int fixedCount();
}
