package dev.orcinus.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.MemberFiles;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkSession;
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
        Rehearsed.run(input, bytes -> (session, dylib) -> needed(session, dylib, bytes));
        Rehearsed.run(
                input,
                bytes ->
                        (session, dylib) -> {
                            session.addAll(dylib, archive(bytes).all());
                            session.linkAll(dylib);
                        });
    }

    /** Links a function as ELF names it, and as Mach-O does. */
    private static void needed(LinkSession session, Dylib dylib, MemorySegment bytes) {
        session.addObjects(dylib, archive(bytes));
        for (String name : List.of("answer", "_answer")) {
            session.lookup(dylib, List.of(name));
        }
    }

    private static ArchiveObjects archive(MemorySegment bytes) {
        return new ArchiveObjects("input.a", bytes, MemberFiles.none());
    }

    @AfterAll
    static void theWholeCorpusWasReplayed() throws IOException {
        REPLAY.requireAtLeast(ObjectSeeds.archives().size());
    }
}
