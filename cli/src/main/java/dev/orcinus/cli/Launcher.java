package dev.orcinus.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.IntConsumer;

/**
 * The launcher's shell, which has started this JVM beside itself, and becomes the program of {@code
 * orcinus run}. Until it has become the program, it waits on a pipe for one command. Its end is what
 * the user sees as the end of this process.
 */
final class Launcher {
    private static final String PROPERTY = "orcinus.launcher";
    private static final String PIPE = "/proc/self/fd/3";

    private static IntConsumer end = status -> tell("exit " + status);

    private Launcher() {}

    /** Sets how the process of the launcher ends, once it waits no more. */
    static void endsBy(IntConsumer next) {
        end = next;
    }

    /** Returns whether the launcher waits. */
    static boolean isWaiting() {
        return System.getProperty(PROPERTY) != null;
    }

    /** Lets the process of the launcher end with a status, if its program has not started. */
    static void exit(int status) {
        end.accept(status);
    }

    /** Lets the launcher start a JVM in its own place, for a program that runs in this process. */
    static void startAgain() {
        tell("again");
    }

    private static void tell(String command) {
        if (!isWaiting()) {
            return;
        }
        System.clearProperty(PROPERTY);
        try (OutputStream pipe = new FileOutputStream(PIPE)) {
            pipe.write(command.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            // it has ended, and needs no command
        }
    }
}
