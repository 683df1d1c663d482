package dev.orcinus.platform.linux.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A compiler of shared libraries for tests. */
public final class CompiledLibrary {
    private CompiledLibrary() {}

    /**
     * Compiles a library, and returns its file. Skips the test if there is no compiler.
     *
     * @param compiler the compiler's command, of the Debian package of the same name
     * @param file the name of the source file, which says its language
     */
    public static Path compile(String compiler, Path folder, String file, String text)
            throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve(file), text);
        Path library = folder.resolve(file + ".so");
        String[] command = {
            compiler,
            "-shared",
            "-fPIC",
            "-O1",
            "-w",
            "-pthread",
            "-o",
            library.toString(),
            source.toString()
        };
        try {
            Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(run.getInputStream().readAllBytes(), UTF_8);
            run.waitFor(60, TimeUnit.SECONDS);
            assertEquals("", output);
        } catch (IOException e) {
            assumeTrue(false, "no compiler " + compiler + ": install " + compiler);
        }
        return library;
    }
}
