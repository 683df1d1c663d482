package dev.orcinus.tests.compiled;

import dev.orcinus.tests.llvm.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program as one compiler has made it.
 *
 * @param folder its objects, and what it prints, and its status, when linked natively
 */
public record CompiledProgram(Path folder) {
    private static final Path ALL = Fixtures.FOLDER.resolve("programs");

    /** The one that no JIT linker can link, as it is not position-independent C++. */
    static final CompiledProgram REFUSED = new CompiledProgram(ALL.resolve("streams/gcc-nopic-O0"));

    /** All that can be linked. */
    static List<CompiledProgram> all() {
        Fixtures.get("programs");
        return folders(ALL).stream()
                .flatMap(program -> folders(program).stream())
                .map(CompiledProgram::new)
                .filter(program -> !program.equals(REFUSED))
                .toList();
    }

    /** Those that can be linked wherever they and the libraries are. */
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
