package dev.orcinus.tests.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the start of an executor does without parts of the JDK that take milliseconds when
 * they are first used, and that no start-up cache holds.
 */
final class StartCostTest {
    /** What formats text by a locale, and what generates the methods of records. */
    private static final List<String> EXPENSIVE =
            List.of(
                    "java/util/Formatter",
                    "java/lang/runtime/ObjectMethods",
                    "java/text/DecimalFormatSymbols",
                    "java/math/BigDecimal");

    @TempDir private Path folder;

    @Test
    @Timeout(180)
    void nothingExpensiveIsUsedBeforeTheFirstMessage() throws Exception {
        Path log = folder.resolve("classes.txt");
        List<String> command = ExecutorCommand.of("filedescs=0,1");
        command.add(command.indexOf("-m"), "-Xlog:class+init=info:file=" + log);
        Process process =
                new ProcessBuilder(command)
                        .redirectError(folder.resolve("errors.txt").toFile())
                        .start();
        try {
            readFirstMessage(process);
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        assertTrue(isInitialized(log, "dev/orcinus/protocol/epc/Setup"));
        List<String> found = EXPENSIVE.stream().filter(name -> isInitialized(log, name)).toList();
        assertEquals(List.of(), found);
    }

    private static void readFirstMessage(Process process) throws IOException {
        DataInputStream in = new DataInputStream(process.getInputStream());
        long sizeBytes = Long.reverseBytes(in.readLong());
        in.skipNBytes(sizeBytes - Long.BYTES);
    }

    private static boolean isInitialized(Path log, String name) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.anyMatch(line -> line.contains("Initializing '" + name + "'"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
