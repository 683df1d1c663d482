package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of {@code errno} right after the call is kept for the calling thread; {@link
 * LastError#get} returns it. A method that declares {@link LastErrorException} keeps it as well.
 *
 * <pre>{@code
 * @SaveError int close(int descriptor);
 * int unlink(String path) throws LastErrorException;
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface SaveError {}
