package dev.orcinus.jit.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The number of bytes that Java may use at a pointer that C passes: at a segment that a function
 * returns (on its method), or that a callback gets (on its parameter). Without it such segments
 * have 0 bytes.
 *
 * <pre>{@code interface Images { @Size(1024) MemorySegment palette(); }}</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.METHOD})
public @interface Size {
    /** The size in bytes. */
    long value();
}
