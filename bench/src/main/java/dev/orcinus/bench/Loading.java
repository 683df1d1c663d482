package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compares the loader with other ways to make an object file callable: ld and dlopen, and
 * llvm-jitlink.
 */
final class Loading {
    private static final Pattern LINK_TIME =
            Pattern.compile("([0-9.]+) +\\([^)]*\\) +time to link object files");
    private static final double MILLIS_PER_SECOND = 1e3;

    private final int rounds;
    private final int cycles;
    private final Path work = Tools.root().resolve("bench/target/loader");

    Loading(int rounds, int cycles) {
        this.rounds = rounds;
        this.cycles = cycles;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        compile("add.c", "long add(long a, long b) { return a + b; }\n", "-O2", "-fPIC", "-c");
        Tools.time(0, Tools.command("ld", "-shared", "-o", path("add.so"), path("add.o")));
        compile("hello.c", hello(), "-O2", "-c");
        compile("plain.s", GeneratedCode.elf(false), "-c");
        compile("sections.s", GeneratedCode.elf(true), "-c");
        Comparison.printHead();
        oneFunction();
        calls();
        for (String version : jitlinks()) {
            large("20,000 functions, 80,000 relocations", "plain", version, Row.Bar.atMost(1));
            large("the same with -ffunction-sections", "sections", version, sectionsBar(version));
            whole(version);
        }
        growth();
    }

    private static Row.Bar sectionsBar(String version) {
        return switch (version) {
            case "22" -> Row.Bar.atMost(0.1);
            case "23" -> Row.Bar.atMost(1);
            default -> Row.Bar.NONE;
        };
    }

    private Path path(String name) {
        return work.resolve(name);
    }

    private void compile(String name, String text, String... options) throws IOException {
        Path source = Files.writeString(path(name), text);
        List<String> command = new ArrayList<>(List.of("cc"));
        command.addAll(List.of(options));
        String object = name.substring(0, name.lastIndexOf('.')) + ".o";
        command.addAll(Tools.command("-o", path(object), source));
        Tools.time(0, command);
    }

    private static String hello() {
        return "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n";
    }

    private static List<String> jitlinks() {
        List<String> found = new ArrayList<>();
        for (String version : List.of("19", "22", "23")) {
            if (Files.isExecutable(jitlink(version))) {
                found.add(version);
            }
        }
        return found;
    }

    static Path jitlink(String version) {
        return Tools.llvmRoots().resolve("bin/llvm-jitlink-" + version);
    }

    private void oneFunction() throws IOException, InterruptedException {
        String file = path("add.o").toString();
        new Comparison(
                        "one function: bytes to handle, warm, p50",
                        "ld -shared, dlopen, dlsym",
                        "us",
                        Row.Bar.atMost(0.05))
                .run(
                        rounds,
                        () -> LoaderRun.measure("load", file, "20000").get("p50_us"),
                        () -> LoaderRun.measure("dlopen", file, "60").get("p50_us"));
    }

    /**
     * Measures a call through a handle that keeps its code loaded, and through one that does not.
     */
    private void calls() throws IOException {
        List<Map<String, Double>> figures = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            String object = path("add.o").toString();
            figures.add(LoaderRun.measure("call", object, "5000000", path("add.so").toString()));
        }
        String plain = "FFM handle to a .so";
        compare("call through a handle", "ours", "FFM, shared arena", "shared", 1.0, figures);
        compare("the same", "ours", plain, "plain", 1.05, figures);
        compare("call through an unchecked handle", "unchecked", plain, "plain", 1.05, figures);
    }

    private static void compare(
            String what,
            String ours,
            String rival,
            String its,
            double limit,
            List<Map<String, Double>> figures) {
        Comparison.print(
                what,
                rival,
                "ns",
                Row.Bar.atMost(limit),
                Row.median(figures.stream().map(f -> f.get(ours + "_ns")).toList()),
                Row.median(figures.stream().map(f -> f.get(its + "_ns")).toList()));
    }

    /**
     * Measures large objects. LLVM 19 and 22 take 20 s for some of them; these get only one round.
     */
    private void large(String what, String name, String version, Row.Bar bar) throws IOException {
        String file = path(name + ".o").toString();
        double its = linkMillis(version, List.of(file));
        double ours = LoaderRun.measure("link", file, "41").get("p50_ms");
        Comparison.print(what + ", warm", "llvm-jitlink " + version, "ms", bar, ours, its);
    }

    /** Measures real programs, from their objects to their main. */
    void programs() throws IOException {
        Files.createDirectories(work);
        compile("dso.c", "void *__dso_handle;\n", "-c");
        Comparison.printHead();
        for (String version : jitlinks()) {
            program("SQLite's shell, C, 1.9 MB", "sqlite", version);
            program("pugixml's test suite, C++, 6.9 MB", "pugixml", version);
        }
    }

    /**
     * Measures all objects of a program, joined by {@code ld -r}, because llvm-jitlink links only
     * those that main refers to. Without a runtime it has no {@code __dso_handle}, so one is added.
     */
    private void program(String what, String name, String version) throws IOException {
        Path objects = Tools.programs().resolve(name).resolve("objects");
        if (!Files.isDirectory(objects)) {
            System.out.println("(no " + name + ": tests/programs/build.sh " + name + ")");
            return;
        }
        Path whole = path(name + ".o");
        List<String> command = Tools.command("ld", "-r", "-o", whole);
        try (Stream<Path> all = Files.list(objects)) {
            all.map(Path::toString).sorted().forEach(command::add);
        }
        Tools.time(0, command);
        double its = linkMillis(version, List.of(path("dso.o").toString(), whole.toString()));
        Map<String, Double> ours = LoaderRun.measure("link", whole.toString(), "201");
        String rival = "llvm-jitlink " + version;
        Row.Bar bar = Row.Bar.atMost(1);
        Comparison.print(what + ", warm", rival, "ms", bar, ours.get("p50_ms"), its);
        Comparison.print(what + ", cold", rival, "ms", Row.Bar.NONE, ours.get("cold_ms"), its);
    }

    static double linkMillis(String version, List<String> files) throws IOException {
        List<Double> all = new ArrayList<>();
        double spent = 0;
        while (all.size() < 5 && spent < 5_000) {
            String output = LoaderRun.output(linkCommand(version, files));
            Matcher time = LINK_TIME.matcher(output);
            if (!time.find()) {
                throw new IOException("llvm-jitlink " + version + " prints no times:\n" + output);
            }
            all.add(Double.parseDouble(time.group(1)) * MILLIS_PER_SECOND);
            spent += all.getLast();
        }
        return Row.median(all);
    }

    private static List<String> linkCommand(String version, List<String> files) {
        List<String> command =
                new ArrayList<>(Tools.command(jitlink(version), "-noexec", "-show-times"));
        command.addAll(files);
        return command;
    }

    private void whole(String version) throws IOException, InterruptedException {
        String file = path("hello.o").toString();
        String program = Tools.root().resolve("orcinus").toString();
        new Comparison(
                        "hello.o, whole process",
                        "llvm-jitlink " + version,
                        "ms",
                        version.equals("19") ? new Row.Bar("<= 4.0 (aim)", 4, true) : Row.Bar.NONE)
                .run(
                        rounds,
                        () -> Tools.time(0, List.of(program, "run", file)),
                        () -> Tools.time(0, Tools.command(jitlink(version), file)));
    }

    private void growth() throws IOException {
        System.out.println();
        System.out.println("| | RSS, MiB | maps | descriptors |");
        System.out.println("|---|---|---|---|");
        String object = path("add.o").toString();
        printGrowth(
                cycles / 10 + " and " + cycles + " load/call/close cycles",
                LoaderRun.measure("cycles", object, Integer.toString(cycles)));
        printGrowth("0 and 10,000 objects loaded", LoaderRun.measure("objects", object, "10000"));
        printGrowth(
                "0 and 1,000 .so files of the same by dlopen",
                LoaderRun.measure("libraries", path("add.so").toString(), "1000"));
    }

    private static void printGrowth(String what, Map<String, Double> figures) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f, %.1f | %.0f, %.0f | %.0f, %.0f |%n",
                what,
                figures.get("start_rss_kib") / 1024,
                figures.get("end_rss_kib") / 1024,
                figures.get("start_maps"),
                figures.get("end_maps"),
                figures.get("start_fds"),
                figures.get("end_fds"));
    }
}
