package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the C function that a method of a bound interface calls. Without it, the method has its
 * name.
 *
 * <pre>{@code
 * interface Sorting { @Symbol("qsort") void sort(@InOut int[] numbers, long count, long size, Order order); }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Symbol {
    /** The symbol as C spells it. */
    String value();
}
