package dev.orcinus.daemon.background;

import dev.orcinus.executor.rehearsal.Rehearsal;
import dev.orcinus.protocol.ProtocolException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A launch that a rehearsal makes. A session has this process for a controller, on the standard
 * input and output of the launcher.
 *
 * @param command of a launcher
 * @param isSession whether it serves a session; else it is a program
 */
public record RehearsedLaunch(List<String> command, boolean isSession) {
    private static final int LINES = 5;
    private static final long STACK_BYTES = 1 << 20;

    /** Copies the command. */
    public RehearsedLaunch {
        command = List.copyOf(command);
    }

    /**
     * Makes the launch, and waits for its end.
     *
     * @param environment of the launcher
     * @param mostMillis the time that it may take
     */
    void run(Map<String, String> environment, long mostMillis)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(new File("/"))
                        .redirectError(Redirect.DISCARD);
        if (!isSession) {
            builder.redirectInput(new File("/dev/null")).redirectOutput(Redirect.DISCARD);
        }
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process launcher = builder.start();
        if (isSession) {
            control(launcher);
        }
        if (!launcher.waitFor(mostMillis, TimeUnit.MILLISECONDS)) {
            launcher.destroyForcibly();
            throw new IOException(command + " has not ended");
        }
    }

    /** A controller that fails hangs up, which ends the launcher, too. */
    private static void control(Process launcher) {
        Runnable controller =
                () -> {
                    try (InputStream in = launcher.getInputStream();
                            OutputStream out = launcher.getOutputStream()) {
                        new Rehearsal(in, out).withLines(LINES).run();
                    } catch (IOException | ProtocolException e) {
                        // what has not been rehearsed is slow the first time
                    }
                };
        Thread thread = new Thread(null, controller, "rehearsing-controller", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }
}
