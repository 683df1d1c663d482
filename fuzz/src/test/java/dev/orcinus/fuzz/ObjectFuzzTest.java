package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.orcinus.jit.ObjectInspector;
import dev.orcinus.jit.ObjectInspector.Part;
import dev.orcinus.loader.LinkException;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterAll;

/** Fuzzes the reader of objects: it prints the content of an object, or refuses the object. */
final class ObjectFuzzTest {
    private static final Replay REPLAY = new Replay();
    private static final ObjectInspector TABLES =
            ObjectInspector.of(EnumSet.complementOf(EnumSet.of(Part.GRAPH)));

    @FuzzTest(maxDuration = "10m")
    void object(byte[] input) throws IOException {
        REPLAY.count();
        try {
            TABLES.inspect("input.o", MemorySegment.ofArray(input), Writer.nullWriter());
        } catch (LinkException refused) {
            assertFalse(refused.getMessage().isEmpty());
        }
    }

    @AfterAll
    static void theWholeCorpusWasReplayed() throws IOException {
        REPLAY.requireAtLeast(ObjectSeeds.objects().size());
    }
}
