package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The function fills this array: its elements are copied from C after the call, and not to C before
 * it. Without {@code Out} and {@link InOut}, they are copied before the call only.
 *
 * <pre>{@code long readlink(String path, @Out byte[] target, long size);}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Out {}
