package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Calls go to the function without any check, as with {@link
 * dev.orcinus.jit.InProcessDylib#uncheckedFunction}: a call costs what a plain handle of the FFM
 * API costs. If the object of the function is closed before or during a call, the process may
 * crash; {@link dev.orcinus.jit.CallableDylib#replace} refuses to replace it. An exception of a
 * callback is thrown by the next checked call of the thread. On a type, it is meant for all its
 * methods. It changes nothing for code in another process.
 *
 * <pre>{@code
 * @Unchecked
 * interface Fast { int add(int a, int b); }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Unchecked {}
