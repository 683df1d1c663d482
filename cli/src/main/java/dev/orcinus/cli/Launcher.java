package dev.orcinus.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The launcher's shell, which has started this JVM beside itself, and becomes the program of {@code
 * orcinus run}. Until it has become the program, it waits on a pipe for one command.
 */
final class Launcher {
    private static final String PROPERTY = "orcinus.launcher";
    private static final String PIPE = "/proc/self/fd/3";

    private Launcher() {}

    /** Returns whether the launcher waits. */
    static boolean isWaiting() {
        return System.getProperty(PROPERTY) != null;
    }

    /** Lets the launcher end with a status, if it still waits. */
    static void exit(int status) {
        tell("exit " + status);
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
