package dev.orcinus.tests.jit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A compiler of C++ objects for tests. */
public final class CompiledObject {
    private CompiledObject() {}

    /** Compiles a text, and returns the object. Skips the test if there is no compiler. */
    public static Path compile(Path folder, String name, String text, String... options)
            throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve(name + ".cpp"), text);
        Path object = folder.resolve(name + ".o");
        List<String> command = new ArrayList<>(List.of("g++", "-c", "-fPIC", "-O1", "-g", "-w"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", object.toString(), source.toString()));
        try {
            Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(run.getInputStream().readAllBytes(), UTF_8);
            assertEquals(0, run.waitFor(), output);
        } catch (IOException e) {
            assumeTrue(false, "no C++ compiler: install g++");
        }
        return object;
    }
}
