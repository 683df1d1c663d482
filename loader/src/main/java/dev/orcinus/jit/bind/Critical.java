package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The function gets the arrays of the Java heap themselves instead of copies, by {@link
 * java.lang.foreign.Linker.Option#critical}. It must return at once, must not call Java, and must
 * not keep the pointers: garbage collection, and with it the whole JVM, may wait for it. For code
 * in another process all arrays are copied in both directions.
 *
 * <pre>{@code @Critical int checksum(byte[] data, long size);}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Critical {}
