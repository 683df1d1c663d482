package dev.orcinus.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Compares the link of programs of large static libraries with {@code ld.lld} and the start of what
 * it has linked: {@code orcinus run}, cold and by a daemon that has linked the program before, and
 * the second link of one JVM. The programs are those of {@code tests/programs/sweep.sh}, which
 * writes down what the compiler's driver has given to the linker. Their status is that of the
 * natively linked program.
 */
final class StaticPrograms {
    private static final int STATUS_MISSING = 77;
    private static final int BUILD_LIMIT_MINUTES = 10;
    private static final int LINKS = 9;

    /** The daemon keeps what it links the second time. */
    private static final int FIRST_RUNS = 2;

    private static final int LIMIT_SECONDS = 60;

    private final int rounds;
    private final Path work = Tools.root().resolve("bench/target/archives");

    StaticPrograms(int rounds) {
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        Path lld = lld();
        Comparison.printHead();
        try (WarmUser user = WarmUser.start()) {
            program("LLVM's optimizer and code generator (53 MB linked)", "llvm.cpp", lld, user);
            program("OpenSSL", "openssl.c", lld, user);
            program("ICU", "icu.cpp", lld, user);
        }
    }

    /** Returns the linker that is the rival. */
    static Path lld() {
        for (String name : List.of("ld.lld", "ld.lld-23", "ld.lld-22", "ld.lld-21", "ld.lld-19")) {
            for (String folder : System.getenv("PATH").split(":", -1)) {
                Path file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return file;
                }
            }
        }
        throw new Skipped("this needs ld.lld: apt-get install lld");
    }

    private void program(String what, String source, Path lld, WarmUser user)
            throws IOException, InterruptedException {
        Path built;
        try {
            built = build(source);
        } catch (Skipped e) {
            System.out.println("(" + e.getMessage() + ")");
            return;
        }
        Path linked = work.resolve(source + ".native");
        List<String> linkNative =
                inFolder(built, Tools.command(lld, "-o", linked, "@" + linkerFile(built)));
        List<String> ours =
                inFolder(built, Tools.command(Tools.root().resolve("orcinus"), "run", "@link"));
        List<String> asked = inFolder(built, Tools.command(WarmUser.launcher(), "run", "@link"));
        List<String> start = inFolder(built, Tools.command(linked));
        Tools.time(0, linkNative);
        int status = status(start);
        for (int i = 0; i < FIRST_RUNS; i++) {
            user.time(status, asked);
        }
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        List<Double> its = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            double link = Tools.time(0, linkNative);
            double ran = Tools.time(status, start);
            its.add(link + ran);
            cold.add(Tools.time(status, ours));
            warm.add(user.time(status, asked));
            Map<String, Double> links = links(built);
            second.add(links.get("second_ms") + ran);
            later.add(links.get("p50_ms") + ran);
        }
        double rival = Row.median(its);
        String name = "ld.lld and start";
        Comparison.print(
                what + ": run, cold", name, "ms", Row.Bar.atMost(2), Row.median(cold), rival);
        Comparison.print(
                what + ": run, by a daemon that has linked it before",
                name,
                "ms",
                Row.Bar.atMost(1),
                Row.median(warm),
                rival);
        Comparison.print(
                what + ": second link of a JVM",
                name,
                "ms",
                Row.Bar.atMost(1),
                Row.median(second),
                rival);
        Comparison.print(
                what + ": the fifth to ninth", name, "ms", Row.Bar.NONE, Row.median(later), rival);
    }

    /** Runs a program, and returns the status with which it ends. */
    private static int status(List<String> command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start();
        Tools.requireEnd(process, LIMIT_SECONDS);
        return process.exitValue();
    }

    private static List<String> inFolder(Path folder, List<String> command) {
        List<String> all =
                new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", folder.toString()));
        all.addAll(command);
        return all;
    }

    private Map<String, Double> links(Path built) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("archives", "-", "" + LINKS));
        files(built).forEach(file -> arguments.add(file.toString()));
        return LoaderRun.measure(arguments.toArray(String[]::new));
    }

    /** Builds a program of the sweep, and returns its folder. */
    private static Path build(String source) throws IOException, InterruptedException {
        Path programs = Tools.root().resolve("tests/programs");
        Path log = Files.createTempFile("orcinus-bench", ".log");
        try {
            Process process =
                    new ProcessBuilder("sh", programs.resolve("sweep.sh").toString(), source)
                            .directory(programs.resolve("libraries").toFile())
                            .redirectError(log.toFile())
                            .start();
            String folder = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            if (!process.waitFor(BUILD_LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(source + " is not built in time");
            }
            if (process.exitValue() == STATUS_MISSING) {
                throw new Skipped(Files.readString(log).strip());
            }
            if (process.exitValue() != 0) {
                throw new IOException(source + ": " + Files.readString(log));
            }
            return Path.of(folder);
        } finally {
            Files.delete(log);
        }
    }

    /** Writes what the linker has been given, without what is for the plug-in of ld.bfd. */
    private Path linkerFile(Path built) throws IOException {
        List<String> kept = new ArrayList<>();
        String before = "";
        for (String argument : arguments(built, "whole")) {
            boolean isOutput = argument.equals("-o") || before.equals("-o");
            boolean isPlugin = argument.startsWith("-plugin") || before.equals("-plugin");
            if (!isOutput && !isPlugin) {
                kept.add("'" + argument + "'");
            }
            before = argument;
        }
        return Files.write(work.resolve(built.getFileName() + ".rsp"), kept);
    }

    private static List<String> arguments(Path built, String file) throws IOException {
        return Files.readAllLines(built.resolve(file)).stream()
                .map(line -> line.substring(1, line.length() - 1))
                .toList();
    }

    /** Returns the objects, archives and libraries that a linker has been given. */
    private static List<Path> files(Path built) throws IOException {
        List<String> arguments = arguments(built, "link");
        List<Path> folders = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.startsWith("-L")) {
                folders.add(Path.of(argument.substring(2)));
            }
        }
        List<Path> files = new ArrayList<>();
        boolean isStatic = false;
        for (String argument : arguments) {
            if (argument.equals("-Bstatic") || argument.equals("-Bdynamic")) {
                isStatic = argument.equals("-Bstatic");
            } else if (argument.startsWith("-l")) {
                addLibrary(argument.substring(2), isStatic, folders, files);
            } else if (argument.endsWith(".o") || argument.endsWith(".a")) {
                files.add(built.resolve(argument));
            } else if (argument.contains(".so") && argument.startsWith("/usr/")) {
                addShared(Path.of(argument), files);
            }
        }
        return files;
    }

    private static void addLibrary(
            String name, boolean isStatic, List<Path> folders, List<Path> files)
            throws IOException {
        for (Path folder : folders) {
            Path shared = folder.resolve("lib" + name + ".so");
            if (!isStatic && Files.exists(shared)) {
                addShared(shared, files);
                return;
            }
            Path archive = folder.resolve("lib" + name + ".a");
            if (Files.exists(archive)) {
                files.add(archive);
                return;
            }
        }
    }

    /** Adds a library, or those that a script in its place names; not the linker's plug-in. */
    private static void addShared(Path file, List<Path> files) throws IOException {
        if (file.getFileName().toString().contains("lto_plugin")) {
            return;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes[0] == 0x7f) {
            files.add(file);
            return;
        }
        for (String word : new String(bytes, ISO_8859_1).split("\\s+", -1)) {
            if (word.startsWith("/") && word.contains(".so.") && Files.exists(Path.of(word))) {
                files.add(Path.of(word));
            }
        }
    }
}
