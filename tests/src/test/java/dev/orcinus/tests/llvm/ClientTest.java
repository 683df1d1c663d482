package dev.orcinus.tests.llvm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A test of each version of LLVM over each line; its parameters are a {@link Llvm}, a {@link Line},
 * and, if it names runtimes, an {@link OrcRuntime}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{argumentsWithNames}")
@ArgumentsSource(ClientTestArguments.class)
public @interface ClientTest {
    /** Returns the first version that the test applies to. */
    int from() default 19;

    /** Returns the last version that the test applies to. */
    int to() default 23;

    /** Returns the lines. */
    Line[] lines() default {Line.PIPES, Line.TCP};

    /** Returns the ORC runtimes. */
    OrcRuntime[] runtimes() default {};
}
