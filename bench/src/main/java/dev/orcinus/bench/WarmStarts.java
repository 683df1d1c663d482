package dev.orcinus.bench;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Compares whole processes of {@code orcinus run} that the daemon in the background serves with
 * those of LLVM's linker and with natively linked programs. It starts a daemon of its own.
 */
final class WarmStarts {
    private static final int HELLO_STATUS = 42;
    private static final int MOST_SECONDS = 60;
    private static final int ROUNDS_PER_ROUND = 6;

    private final int rounds;
    private final Path script = Tools.root().resolve("orcinus");
    private final String launcher = Tools.root().resolve("cli/target/app/orcinus").toString();
    private final Path folder = Tools.root().resolve("bench/target/warm");
    private Path runtime;

    WarmStarts(int rounds) {
        this.rounds = ROUNDS_PER_ROUND * rounds;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        runtime =
                Files.createTempDirectory(
                        "orcinus-bench",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        time(0, Tools.command(script, "background"));
        try {
            Comparison.printHead();
            hello();
        } finally {
            time(0, Tools.command(script, "stop", "--now"));
            Files.deleteIfExists(runtime);
        }
    }

    private void hello() throws IOException, InterruptedException {
        Path object = Tools.root().resolve("examples/hello/hello.o");
        Path linked = folder.resolve("hello");
        Tools.time(0, Tools.command("cc", "-o", linked, object));
        List<String> ours = Tools.command(launcher, "run", object);
        Path jitlink = Loading.jitlink("23");
        if (Files.isExecutable(jitlink)) {
            compare("hello.o", "llvm-jitlink 23", Bar.atMost(0.35), ours, jitlink, object);
        }
        compare("the same", "the program linked natively", Bar.atMost(6), ours, linked);
        List<String> byScript = Tools.command(script, "run", object);
        compare(
                "the same, by the script",
                "the launcher",
                Bar.NONE,
                byScript,
                launcher,
                "run",
                object);
        List<String> cold = Tools.command(script, "--cold", "run", object);
        compare("the same, cold", "the launcher", Bar.NONE, cold, launcher, "run", object);
    }

    private void compare(String what, String rival, Bar bar, List<String> ours, Object... its)
            throws IOException, InterruptedException {
        new Comparison(what, rival, "ms", bar)
                .run(
                        rounds,
                        () -> time(HELLO_STATUS, ours),
                        () -> time(HELLO_STATUS, Tools.command(its)));
    }

    /** Runs a command for a user who has the daemon; returns the time in milliseconds. */
    private double time(int status, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        builder.environment().put("ORCINUS_DAEMON", "on");
        long began = System.nanoTime();
        Process process = builder.start();
        Tools.requireEnd(process, MOST_SECONDS);
        double millis = (System.nanoTime() - began) / 1e6;
        if (process.exitValue() != status) {
            throw new IOException(command + ": status " + process.exitValue());
        }
        return millis;
    }
}
