package dev.orcinus.tests.jit;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.JitDylib;
import dev.orcinus.tests.llvm.Fixtures;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The objects of {@code tests/fixtures/jit}, and short forms of calls of their functions. */
final class JitFixture {
    static final FunctionDescriptor INT = FunctionDescriptor.of(ValueLayout.JAVA_INT);
    static final FunctionDescriptor INT_OF_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private JitFixture() {}

    static Path object(String name) {
        return Fixtures.get("jit/" + name + ".o");
    }

    static <T extends JitDylib> T with(T dylib, String... objects) throws IOException {
        for (String name : objects) {
            dylib.add(object(name));
        }
        return dylib;
    }

    /** Calls {@code int f(void)} and returns the result. */
    static int call(CallableDylib dylib, String function) {
        return call(dylib.function(function, INT));
    }

    static int call(MethodHandle function) {
        try {
            return (int) function.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
