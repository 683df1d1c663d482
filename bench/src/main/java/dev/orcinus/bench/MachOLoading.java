package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Measures Mach-O objects: large ones against llvm-jitlink and against the same program as ELF, and
 * a whole run of llvm-jitlink with our runtime as Mach-O and as ELF.
 */
final class MachOLoading {
    private static final String X64 = "x86_64-apple-macosx13";
    private static final String ARM64 = "arm64-apple-macosx13";
    private static final String ELF = "x86_64-linux-gnu";
    private static final String WARM_RUNS = "41";
    private static final int STATUS_OF_HELLO = 42;

    private static final String HELLO =
            """
            int printf(const char *, ...);
            static int made;
            __attribute__((constructor)) static void make(void) { made = 40; }
            int main(int argc, char **argv) { printf("hello %d\\n", argc); return made + 2; }
            """;

    private final Ours ours;
    private final int rounds;
    private final Path work = Tools.root().resolve("bench/target/macho");

    MachOLoading(Ours ours, int rounds) {
        this.ours = ours;
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        assemble("x64", X64, GeneratedCode.machO(false, true));
        assemble("whole", X64, GeneratedCode.machO(false, false));
        assemble("arm64", ARM64, GeneratedCode.machO(true, true));
        assemble("elf", ELF, GeneratedCode.elf(false));
        assemble("sections", ELF, GeneratedCode.elf(true));
        Comparison.printHead();
        large();
        asElf();
        wholeRuns();
    }

    private static Path jitlink() {
        return Loading.jitlink("23");
    }

    private static Path clang() {
        for (String version : List.of("20", "19")) {
            Path clang = Tools.llvmRoots().resolve("bin/clang-" + version);
            if (Files.isExecutable(clang)) {
                return clang;
            }
        }
        throw new Skipped(
                "there is no clang to make Mach-O objects; tests/llvm/install.sh has one");
    }

    private Path object(String name) {
        return work.resolve(name + ".o");
    }

    private void assemble(String name, String triple, String text) throws IOException {
        compile(Files.writeString(work.resolve(name + ".s"), text), name, triple);
    }

    private void compile(Path source, String name, String triple) throws IOException {
        Tools.time(
                0,
                Tools.command(
                        clang(),
                        "--target=" + triple,
                        "-O1",
                        "-fPIC",
                        "-c",
                        source,
                        "-o",
                        object(name)));
    }

    private void large() throws IOException {
        if (!Files.isExecutable(jitlink())) {
            System.out.println("(no llvm-jitlink 23: tests/llvm/install.sh 23)");
            return;
        }
        large("x64", "20,000 functions, 80,000 relocations, Mach-O x86-64, warm", "link");
        large("arm64", "20,000 functions, 120,000 relocations, Mach-O arm64, warm", "rehearse");
    }

    private void large(String name, String what, String mode) throws IOException {
        String file = object(name).toString();
        double its = Loading.linkMillis("23", List.of(file));
        double our = LoaderRun.measure(mode, file, WARM_RUNS).get("p50_ms");
        Comparison.print(what, "llvm-jitlink 23", "ms", Row.Bar.atMost(0.5), our, its);
    }

    /** Compares objects that are divided as finely: into functions, and not at all. */
    private void asElf() throws IOException, InterruptedException {
        asElf("x64", "the same as ELF with -ffunction-sections", "sections");
        asElf("whole", "the same as ELF, both in one piece", "elf");
    }

    private void asElf(String machO, String rival, String elf)
            throws IOException, InterruptedException {
        new Comparison("Mach-O x86-64 by our loader, warm", rival, "ms", Row.Bar.atMost(1.3))
                .run(rounds, () -> linkMillis(machO), () -> linkMillis(elf));
    }

    private double linkMillis(String name) throws IOException {
        Map<String, Double> figures = LoaderRun.measure("link", object(name).toString(), WARM_RUNS);
        return figures.get("p50_ms");
    }

    private void wholeRuns() throws IOException, InterruptedException {
        if (!Files.isExecutable(jitlink())) {
            return;
        }
        Path source = Files.writeString(work.resolve("hello.c"), HELLO);
        compile(source, "hello-macho", X64);
        compile(source, "hello-elf", ELF);
        Path machO = archive("macho.a", "--triple", X64);
        Path elf = archive("elf.a");
        try (Ours apple = new Ours(Tools.root(), "--triple", X64)) {
            new Comparison(
                            "llvm-jitlink 23 hello as Mach-O, our archive, warm daemon",
                            "the same as ELF",
                            "ms",
                            Row.Bar.atMost(1.2))
                    .run(
                            rounds,
                            () -> hello(apple, machO, "hello-macho"),
                            () -> hello(ours, elf, "hello-elf"));
        }
    }

    private Path archive(String name, String... options) throws IOException {
        Path archive = work.resolve(name);
        List<String> command = Tools.command(ours.program(), "runtime", "-o", archive);
        command.addAll(List.of(options));
        Tools.time(0, command);
        return archive;
    }

    private double hello(Ours executor, Path archive, String name)
            throws IOException, InterruptedException {
        try (Subject.Endpoint endpoint = executor.open(Subject.Line.TCP)) {
            return Tools.time(
                    STATUS_OF_HELLO,
                    Tools.command(
                            jitlink(),
                            "-oop-executor-connect=" + endpoint.address(),
                            "-orc-runtime=" + archive,
                            object(name)));
        }
    }
}
