package dev.orcinus.tests.jit;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.loader.LinkException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A JVM that becomes a program while the program's object is being replaced. The replacement fails
 * after the new object has been initialized, so the program is that of the old one, and the new one
 * is gone by the time the program begins.
 */
public final class BecomingProgram {
    private static final int PAUSE_MILLIS = 5;

    private static Thread becoming;

    private BecomingProgram() {}

    /**
     * Becomes the program.
     *
     * @param arguments the object, and the one that it is to be replaced by
     */
    public static void main(String[] arguments) throws Throwable {
        byte[] old = Files.readAllBytes(Path.of(arguments[0]));
        byte[] next = Files.readAllBytes(Path.of(arguments[1]));
        InProcessJit jit = Jit.inProcess();
        InProcessDylib dylib = jit.createDylib("program");
        MethodHandle pause =
                MethodHandles.lookup()
                        .findStatic(
                                BecomingProgram.class, "pause", MethodType.methodType(void.class));
        dylib.define("pause_here", pause, FunctionDescriptor.ofVoid());
        JitObject object = dylib.add("main.o", old);
        dylib.initialize();
        becoming = new Thread(() -> become(dylib));
        try {
            dylib.replace(object, next, "state");
            throw new AssertionError("replaced");
        } catch (IllegalArgumentException expected) {
            becoming.join();
        }
    }

    private static void become(InProcessDylib dylib) {
        LinkException reason = dylib.becomeProgram("main", List.of("program"));
        reason.printStackTrace();
    }

    /** The new object is being initialized: lets the other thread run until it waits. */
    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static void pause() throws InterruptedException {
        becoming.start();
        while (becoming.isAlive() && becoming.getState() != Thread.State.WAITING) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
