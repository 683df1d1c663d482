package dev.orcinus.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.orcinus.loader.input.ObjectReader;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;

/** Fuzzes the whole linking of an object for a target that runs nothing. */
final class LinkFuzzTest {
    private static final Replay REPLAY = new Replay();

    @FuzzTest(maxDuration = "10m")
    void link(byte[] input) {
        REPLAY.count();
        Rehearsed.run(
                input,
                bytes ->
                        (session, dylib) -> {
                            session.add(dylib, () -> ObjectReader.read("input.o", bytes));
                            session.linkAll(dylib);
                        });
    }

    @AfterAll
    static void theWholeCorpusWasReplayed() throws IOException {
        REPLAY.requireAtLeast(ObjectSeeds.objects().size());
    }
}
