package dev.orcinus.bench;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares the time from a command to a program's main, with programs of {@code
 * tests/programs/build.sh}, each as one object. Its main is renamed, and one that ends at once
 * takes its place and keeps it, so that everything is linked and nothing else is run. Ours is
 * served by the daemon in the background.
 */
final class WarmPrograms {
    private static final int STATUS = 42;
    private static final int FIRST_RUNS = 3;
    private static final long SETTLED_MILLIS = 2500;

    /** The daemon keeps what it links the second time. */
    private static final String KEPT = ", linked before";

    private final int rounds;
    private final WarmUser user;
    private final Path folder = Tools.root().resolve("bench/target/warm");

    /**
     * Prepares what all programs have.
     *
     * @param user has a daemon
     */
    WarmPrograms(int rounds, WarmUser user) throws IOException {
        this.rounds = rounds;
        this.user = user;
        compile(
                "ends-at-once",
                """
                int program_main(int, char **);
                int main(int count, char **texts) {
                    return count > 1000 ? program_main(count, texts) : 42;
                }
                """);
        compile("dso", "void *__dso_handle;\n"); // llvm-jitlink has none without a runtime
    }

    private void compile(String name, String source) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".c"), source);
        Tools.time(0, Tools.command("cc", "-O2", "-c", "-o", object(name), file));
    }

    private Path object(String name) {
        return folder.resolve(name + ".o");
    }

    /** Measures a program, if it is there. */
    void program(String what, String name) throws IOException, InterruptedException {
        Path objects = Tools.programs().resolve(name).resolve("objects");
        if (!Files.isDirectory(objects)) {
            System.out.println("(no " + name + ": tests/programs/build.sh " + name + ")");
            return;
        }
        Path object = joined(name, objects);
        awaitSettled(object);
        List<String> ours = Tools.command(WarmUser.launcher(), "run", object);
        for (int i = 0; i < FIRST_RUNS; i++) {
            user.time(STATUS, ours);
        }
        String task = what + ", to main";
        Path jitlink = Loading.jitlink("23");
        if (Files.isExecutable(jitlink)) {
            List<String> its = Tools.command(jitlink, object("dso"), object);
            new Comparison(task + KEPT, "llvm-jitlink 23", "ms", Bar.atMost(0.5))
                    .run(rounds, () -> user.time(STATUS, ours), () -> user.time(STATUS, its));
        }
        try {
            linkedNatively(task, name, object, ours);
        } catch (Skipped e) {
            System.out.println("(" + e.getMessage() + ")");
        }
    }

    private void linkedNatively(String task, String name, Path object, List<String> ours)
            throws IOException, InterruptedException {
        Path linked = folder.resolve(name + ".native");
        List<String> link = linkNative(linked, object);
        List<String> start = Tools.command(linked);
        Comparison.Measurement its = () -> user.time(0, link) + user.time(STATUS, start);
        new Comparison(task + KEPT, "ld.lld and start", "ms", Bar.atMost(1))
                .run(rounds, () -> user.time(STATUS, ours), its);
        new Comparison(task + ", of a new object", "ld.lld and start", "ms", Bar.NONE)
                .run(rounds, () -> newObject(name, object), its);
    }

    /** Measures a start of a copy of an object, which the daemon has not seen before. */
    private double newObject(String name, Path object) throws IOException {
        Path copy = object(name + "-new");
        Files.copy(object, copy, StandardCopyOption.REPLACE_EXISTING);
        return user.time(STATUS, Tools.command(WarmUser.launcher(), "run", copy));
    }

    /** Waits until the daemon would notice another change of a file, as long before it knows it. */
    private static void awaitSettled(Path file) throws IOException, InterruptedException {
        long changed = Files.getLastModifiedTime(file).toMillis();
        long left = changed + SETTLED_MILLIS - System.currentTimeMillis();
        if (left > 0) {
            Thread.sleep(left);
        }
    }

    private Path joined(String name, Path objects) throws IOException {
        Path whole = object(name + "-objects");
        List<String> join = Tools.command("ld", "-r", "-o", whole);
        try (Stream<Path> all = Files.list(objects)) {
            all.map(Path::toString).sorted().forEach(join::add);
        }
        Tools.time(0, join);
        Tools.time(0, Tools.command("objcopy", "--redefine-sym", "main=program_main", whole));
        Path object = object(name);
        Tools.time(0, Tools.command("ld", "-r", "-o", object, whole, object("ends-at-once")));
        return object;
    }

    /** Returns the command of the linker, without the driver, which takes longer than it. */
    private static List<String> linkNative(Path linked, Path object) throws IOException {
        List<String> asked =
                Tools.command("c++", "-###", "-o", linked, object, "-lm", "-ldl", "-lpthread");
        List<String> told =
                output(asked)
                        .lines()
                        .filter(line -> line.startsWith(" ") && line.contains("collect2"))
                        .toList();
        if (told.isEmpty()) {
            throw new Skipped("this needs a c++ that is GCC's, which tells what it gives to ld");
        }
        List<String> command = new ArrayList<>(Tools.command(StaticPrograms.lld()));
        List<String> words = List.of(told.getLast().strip().split(" ", -1));
        String before = "";
        for (String word : words.subList(1, words.size())) {
            if (!word.startsWith("-plugin") && !before.equals("-plugin")) {
                command.add(word.replace("\"", ""));
            }
            before = word;
        }
        return command;
    }

    private static String output(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
