package dev.orcinus.tests.llvm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A version of LLVM, as {@code tests/llvm/install.sh} installs it or as the system has it.
 *
 * @param version the major version
 */
public record Llvm(int version) {
    /** The versions that Orcinus serves. */
    public static final List<Llvm> ALL = Stream.of(19, 20, 21, 22, 23).map(Llvm::new).toList();

    private static final List<Path> ROOTS = roots();

    /** Returns the folders of {@code install.sh}: by its variable, for root, for other users. */
    private static List<Path> roots() {
        String chosen = System.getenv("ORCINUS_LLVM_ROOTS");
        return chosen != null
                ? List.of(Path.of(chosen))
                : List.of(
                        Path.of("/opt/llvm-roots"),
                        Path.of(System.getProperty("user.home"), ".cache/orcinus/llvm-roots"));
    }

    /** Returns whether its {@code llvm-jitlink} is installed. */
    public boolean isInstalled() {
        return find("llvm-jitlink").isPresent();
    }

    /** Returns a tool of this version; skips the test if it is not installed. */
    public String tool(String name) {
        Optional<Path> tool = find(name);
        assumeTrue(
                tool.isPresent(),
                () -> name + " of LLVM " + version + " is not here; " + install());
        return tool.orElseThrow().toString();
    }

    /** Returns the archive of the ORC runtime; skips the test if it is not installed. */
    public Path orcRuntime() {
        Optional<Path> archive = findOrcRuntime();
        assumeTrue(archive.isPresent(), this::noOrcRuntime);
        return archive.orElseThrow();
    }

    private String noOrcRuntime() {
        return version == 20
                ? "LLVM 20 comes from Maven Central, without an ORC runtime"
                : "the ORC runtime of LLVM " + version + " is not here; " + install();
    }

    private String install() {
        return "tests/llvm/install.sh " + version + " installs it";
    }

    private Optional<Path> find(String tool) {
        String name = tool + "-" + version;
        Stream<Path> installed = ROOTS.stream().map(root -> root.resolve("bin"));
        Stream<Path> system =
                Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        return Stream.concat(installed, system)
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Optional<Path> findOrcRuntime() {
        String cpu = "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : "aarch64";
        Path system = Path.of("/usr/lib/llvm-%1$d/lib/clang/%1$d/lib/linux".formatted(version));
        Stream<Path> installed =
                ROOTS.stream().map(root -> root.resolve("orc-rt/liborc_rt-" + version + ".a"));
        return Stream.concat(installed, Stream.of(system.resolve("liborc_rt-" + cpu + ".a")))
                .filter(Files::isReadable)
                .findFirst();
    }

    @Override
    public String toString() {
        return "LLVM " + version;
    }
}
