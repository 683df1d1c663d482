package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A number or a record whose address C has. A parameter of a function becomes a pointer to a copy,
 * which is valid until the function returns; a parameter of a callback is read where C points to,
 * which must not be a null pointer.
 *
 * <pre>{@code
 * interface Comparator { int compare(@ByReference int a, @ByReference int b); }
 * int nanosleep(@ByReference TimeSpec wanted, MemorySegment left);
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ByReference {}
