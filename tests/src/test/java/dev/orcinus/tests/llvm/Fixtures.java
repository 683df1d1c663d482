package dev.orcinus.tests.llvm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The committed inputs, {@code tests/fixtures}: objects for Linux on x86-64. */
public final class Fixtures {
    /** The folder of the inputs. */
    public static final Path FOLDER =
            Path.of(System.getProperty("orcinus.root"), "tests", "fixtures");

    private Fixtures() {}

    /** Returns an input; skips the test if this machine cannot run it. */
    public static Path get(String name) {
        assumeTrue(
                "amd64".equals(System.getProperty("os.arch")), "the fixtures are code for x86-64");
        Path fixture = FOLDER.resolve(name);
        if (!Files.isReadable(fixture)) {
            throw new AssertionError(fixture + " is missing");
        }
        return fixture;
    }

    /** Skips the test if there are no C++ headers for a clang. */
    public static void requireCppHeaders() {
        assumeTrue(
                Files.isDirectory(Path.of("/usr/include/c++")),
                "clang uses this machine's C++ headers, and there are none; they come with g++");
    }
}
