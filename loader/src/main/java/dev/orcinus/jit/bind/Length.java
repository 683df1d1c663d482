package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The number of elements of an array within a struct. The component is a Java array, or a {@code
 * String} for an array of {@code char} that ends with a NUL if it is shorter than the array.
 *
 * <pre>{@code record Sample(int id, @Length(4) double[] values, @Length(16) String label) {}}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Length {
    /** The number of elements. */
    int value();
}
