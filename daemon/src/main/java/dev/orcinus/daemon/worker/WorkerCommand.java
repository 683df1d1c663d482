package dev.orcinus.daemon.worker;

import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.Triple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that starts a worker: this JVM's java with the options that the build wrote for
 * sessions. Without such a build, as in a test run, it uses this JVM's module path.
 */
public final class WorkerCommand {
    /**
     * The name of the command that runs a worker; its arguments are the control descriptor, the
     * target, and the session's limits.
     */
    static final String WORD = "worker";

    private static final String MAIN = "dev.orcinus.cli/dev.orcinus.cli.Main";

    private WorkerCommand() {}

    /** Returns the command that starts a worker whose session has this target and these limits. */
    public static List<String> of(CrashFolder crashes, Triple target, SessionOptions session) {
        List<String> command = main(List.of("-XX:ErrorFile=" + crashes.file("%p")));
        command.add(WORD);
        command.add(Integer.toString(WorkerProcess.CONTROL_DESCRIPTOR));
        command.add(target.text());
        command.addAll(session.toArguments());
        return command;
    }

    private static List<String> main(List<String> moreOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(moreOptions);
        command.add("-m");
        command.add(MAIN);
        return command;
    }

    private static List<String> jvmOptions() {
        String app = System.getProperty("orcinus.app");
        if (app != null && Files.isReadable(Path.of(app, "java.options"))) {
            return List.of("@" + Path.of(app, "java.options"));
        }
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+IgnoreUnrecognizedVMOptions", // the next one is of Linux only
                "-XX:+AdjustStackSizeForTLS",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+DisplayVMOutputToStderr",
                "--enable-native-access=dev.orcinus.bindings",
                "-p",
                System.getProperty("jdk.module.path"));
    }
}
