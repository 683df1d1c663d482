package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tests that the committed corpus holds each seed as its generator makes it; it may hold more. With
 * {@code -Dorcinus.corpus.write=true} the seeds are written first.
 */
final class CorpusTest {
    @Test
    void theSeedsOfMessagesAreCommitted() throws IOException {
        check("MessageFuzzTestInputs/message", Seeds.messages());
    }

    @Test
    void theSeedsOfFramesAreCommitted() throws IOException {
        check("FrameFuzzTestInputs/session", Seeds.frames());
    }

    @Test
    void theSeedsOfObjectsAreCommitted() throws IOException {
        check("ObjectFuzzTestInputs/object", ObjectSeeds.objects());
        check("LinkFuzzTestInputs/link", ObjectSeeds.objects());
        check("ArchiveFuzzTestInputs/archive", ObjectSeeds.archives());
    }

    private static void check(String folder, Map<String, byte[]> seeds) throws IOException {
        if (Boolean.getBoolean("orcinus.corpus.write")) {
            write(folder, seeds);
            return;
        }
        for (Map.Entry<String, byte[]> seed : seeds.entrySet()) {
            String name = folder + "/" + seed.getKey();
            try (InputStream file = CorpusTest.class.getResourceAsStream(name)) {
                assertNotNull(file, name + " is missing; run with -Dorcinus.corpus.write=true");
                assertArrayEquals(seed.getValue(), file.readAllBytes(), name);
            }
        }
    }

    private static void write(String folder, Map<String, byte[]> seeds) throws IOException {
        String root = System.getProperty("orcinus.root");
        Path module = Path.of(root, "fuzz");
        assertTrue(Files.isDirectory(module), "no module fuzz in " + root);
        Path target = module.resolve("src/test/resources/dev/orcinus/fuzz").resolve(folder);
        Files.createDirectories(target);
        for (Map.Entry<String, byte[]> seed : seeds.entrySet()) {
            Files.write(target.resolve(seed.getKey()), seed.getValue());
        }
    }
}
