package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * C code keeps this callback: it stays valid until the dylib is closed. Without it, a callback is
 * valid as long as the program refers to its Java object, and during the call in any case.
 *
 * <pre>{@code void on_event(@Kept Listener listener);}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Kept {}
