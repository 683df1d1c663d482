package dev.orcinus.tests.jit;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.IsolatedJit;
import dev.orcinus.jit.Jit;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A program in which Java and the code of another process call each other until the stack ends, on
 * threads with stacks of several sizes. It prints what each thread gets. If no thread gets a {@link
 * StackOverflowError}, which depends on where a stack ends, it goes on with more threads.
 */
public final class EndlessNesting {
    private static final int THREADS = 6;
    private static final int MOST_THREADS = 30;
    private static final int SMALLEST_STACK = 256 << 10;
    private static final int STEP = 60 << 10;
    private static final int SMALL_STEP = 4 << 10;

    private static volatile boolean hasOverflowed;

    private EndlessNesting() {}

    /** A callback. */
    @FunctionalInterface
    public interface Callback {
        int call(int n);
    }

    /** The function. */
    public interface Functions {
        int through(Callback callback);
    }

    private static int nest(Functions functions) {
        return functions.through(_ -> nest(functions));
    }

    /**
     * Runs the program.
     *
     * @param arguments the object that defines {@code through}
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        for (int i = 0; i < THREADS || (!hasOverflowed && i < MOST_THREADS); i++) {
            try (IsolatedJit jit = Jit.isolated()) {
                CallableDylib dylib = jit.createDylib("nesting");
                dylib.add(Path.of(arguments[0]));
                Functions functions = dylib.bind(Functions.class);
                Thread thread = new Thread(null, () -> run(functions), "nesting", stackBytes(i));
                thread.start();
                thread.join();
            }
        }
    }

    private static long stackBytes(int i) {
        return SMALLEST_STACK + i % THREADS * STEP + i / THREADS * (long) SMALL_STEP;
    }

    private static void run(Functions functions) {
        try {
            System.out.println(nest(functions));
        } catch (StackOverflowError | RuntimeException e) {
            if (e instanceof StackOverflowError) {
                hasOverflowed = true;
            }
            System.out.println(e.getClass().getSimpleName());
        }
    }
}
