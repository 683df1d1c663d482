package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The function reads and writes this array: its elements are copied to C before the call, and back
 * after it.
 *
 * <pre>{@code void sort(@InOut int[] numbers, long count);}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface InOut {}
