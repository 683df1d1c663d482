package dev.orcinus.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.MemberFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** Fuzzes the reader of archives: links a member that is needed, then all members. */
final class ArchiveFuzzTest {
    private static final Replay REPLAY = new Replay();

    @FuzzTest(maxDuration = "10m")
    void archive(byte[] input) {
        REPLAY.count();
        MemorySegment bytes = MemorySegment.ofArray(input);
        Rehearsed.run(
                (session, dylib) -> {
                    session.addObjects(
                            dylib, new ArchiveObjects("input.a", bytes, MemberFiles.NONE));
                    session.lookup(dylib, List.of("answer"));
                });
        Rehearsed.run(
                (session, dylib) -> {
                    ArchiveObjects archive = new ArchiveObjects("input.a", bytes, MemberFiles.NONE);
                    session.addAll(dylib, archive.all());
                    session.linkAll(dylib);
                });
    }

    @AfterAll
    static void theWholeCorpusWasReplayed() throws IOException {
        REPLAY.requireAtLeast(ObjectSeeds.archives().size());
    }
}
