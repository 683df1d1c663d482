package dev.orcinus.tests.compiled;

import dev.orcinus.tests.llvm.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program compiled by one compiler in one code model.
 *
 * @param folder holds its objects, and its output and status when it is linked natively
 */
public record CompiledProgram(Path folder) {
    private static final Path ALL = Fixtures.FOLDER.resolve("programs");

    /**
     * The program that can be linked only where libraries can be bound to copies of their
     * variables, because its C++ code is not position-independent.
     */
    static final CompiledProgram NEEDS_COPIES =
            new CompiledProgram(ALL.resolve("streams/gcc-nopic-O0"));

    /** Returns all programs that can be linked everywhere. */
    static List<CompiledProgram> all() {
        Fixtures.get("programs");
        return folders(ALL).stream()
                .flatMap(program -> folders(program).stream())
                .map(CompiledProgram::new)
                .filter(program -> !program.equals(NEEDS_COPIES))
                .toList();
    }

    /** Returns the programs that can be linked at any distance from the libraries. */
    static List<CompiledProgram> reachingFar() {
        return all().stream()
                .filter(program -> program.variant().matches(".*-(pic|large)-.*"))
                .toList();
    }

    private static List<Path> folders(Path folder) {
        return list(folder).stream().filter(Files::isDirectory).toList();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String variant() {
        return folder.getFileName().toString();
    }

    List<Path> objects() {
        return list(folder).stream().filter(file -> file.toString().endsWith(".o")).toList();
    }

    String expected() {
        try {
            return Files.readString(folder.resolve("expected"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return ALL.relativize(folder).toString();
    }
}
