package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What C code gets from a callback that has thrown an exception, which is then thrown by the call
 * that it was called from. Without it, C code gets zero.
 *
 * <pre>{@code interface Visitor { @Fallback("-1") int visit(String name); }}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Fallback {
    /** The number, as Java writes it. */
    String value();
}
