package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures our runtime under our loader: updates, thread-locals, whole lives of dylibs. */
final class Lifetimes {
    private static final String INITIALIZER =
            """
            static int ran;
            __attribute__((constructor)) static void begin(void) { ran++; }
            """;

    private static final String LIVES =
            """
            int __cxa_atexit(void (*)(void *), void *, void *);
            extern void *__dso_handle;
            static int living;
            static __thread int calls = 40;
            static void leave(void *nothing) { (void)nothing; living = 0; }
            __attribute__((constructor)) static void begin(void)
            {
                living = 1;
                calls++;
                __cxa_atexit(leave, 0, &__dso_handle);
            }
            int alive(void) { calls++; return living; }
            """;

    private static final String COUNTING =
            """
            __thread long counter;
            __attribute__((noinline)) void bump(void) { counter++; }
            long loop(long count)
            {
                for (long i = 0; i < count; i++)
                    bump();
                return counter;
            }
            """;

    private final int rounds;
    private final int lives;
    private final Path work = Tools.root().resolve("bench/target/lifetimes");

    Lifetimes(int rounds, int lives) {
        this.rounds = rounds;
        this.lives = lives;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        Comparison.printHead();
        updates();
        threadLocals();
        System.out.println();
        growth();
    }

    private Path compile(String name, String source, String... options) throws IOException {
        Path file = Files.writeString(work.resolve(name + ".c"), source);
        Path object = work.resolve(name + ".o");
        List<String> command = new ArrayList<>(List.of("cc", "-O2", "-fPIC", "-c"));
        command.addAll(List.of(options));
        command.addAll(Tools.command(file, "-o", object));
        Tools.time(0, command);
        return object;
    }

    private void updates() throws IOException {
        Path object = compile("initializer", INITIALIZER);
        List<Double> first = new ArrayList<>();
        List<Double> last = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Map<String, Double> figures = LoaderRun.measure("update", object.toString(), "10000");
            first.add(figures.get("first_us"));
            last.add(figures.get("last_us"));
        }
        Comparison.print(
                "dlupdate with one new initializer among 10,000",
                "the same among 1",
                "us",
                new Row.Bar("does not grow", 1.25, true),
                Row.median(last),
                Row.median(first));
    }

    private void threadLocals() throws IOException {
        Path object = compile("counting", COUNTING, "-ftls-model=global-dynamic");
        Path library = work.resolve("counting.so");
        Tools.time(0, Tools.command("cc", "-shared", "-Wl,-Bsymbolic", "-o", library, object));
        List<Double> ours = new ArrayList<>();
        List<Double> natives = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Map<String, Double> figures =
                    LoaderRun.measure("tls", object.toString(), "50000000", library.toString());
            ours.add(figures.get("ours_ns"));
            natives.add(figures.get("plain_ns"));
        }
        Comparison.print(
                "access to a thread-local, call form",
                "the same object by ld -shared and dlopen",
                "ns",
                Row.Bar.atMost(2),
                Row.median(ours),
                Row.median(natives));
    }

    private void growth() throws IOException {
        Path object = compile("lives", LIVES);
        Path more = compile("initializer", INITIALIZER);
        Map<String, Double> figures =
                LoaderRun.measure(
                        "lifecycles", object.toString(), Integer.toString(lives), more.toString());
        System.out.println("| | RSS, MiB | maps | descriptors | threads |");
        System.out.println("|---|---|---|---|---|");
        System.out.printf(
                Locale.ROOT,
                "| %,d and %,d lives of a dylib: opened, updated, closed, opened, freed"
                        + " | %.1f, %.1f | %.0f, %.0f | %.0f, %.0f | %.0f, %.0f |%n",
                lives / 10,
                lives,
                figures.get("start_rss_kib") / 1024,
                figures.get("end_rss_kib") / 1024,
                figures.get("start_maps"),
                figures.get("end_maps"),
                figures.get("start_fds"),
                figures.get("end_fds"),
                figures.get("start_threads"),
                figures.get("end_threads"));
    }
}
