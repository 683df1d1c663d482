package dev.orcinus.bench;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares whole processes of {@code orcinus run} that the daemon in the background serves with
 * those of LLVM's linker and with natively linked programs: hello, and programs of a few megabytes
 * up to their main. It starts a daemon of its own.
 */
final class WarmStarts {
    private static final int HELLO_STATUS = 42;
    private static final int ROUNDS_PER_ROUND = 6;

    private final int rounds;
    private final Path script = Tools.root().resolve("orcinus");
    private final String launcher = WarmUser.launcher();
    private final Path folder = Tools.root().resolve("bench/target/warm");
    private WarmUser user;

    WarmStarts(int rounds) {
        this.rounds = ROUNDS_PER_ROUND * rounds;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (WarmUser started = WarmUser.start()) {
            user = started;
            Comparison.printHead();
            hello();
            WarmPrograms programs = new WarmPrograms(rounds, user);
            programs.program("SQLite's shell, C, 1.9 MB", "sqlite");
            programs.program("pugixml's test suite, C++, 6.9 MB", "pugixml");
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
                        () -> user.time(HELLO_STATUS, ours),
                        () -> user.time(HELLO_STATUS, Tools.command(its)));
    }
}
