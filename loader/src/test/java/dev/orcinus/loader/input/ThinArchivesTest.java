package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.formats.ar.ArchiveIndex;
import dev.orcinus.loader.MalformedObjectException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what happens when the members of a thin archive without an index change. */
final class ThinArchivesTest {
    private static final Path OBJECTS =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/dev/orcinus/loader/archives");
    private static final String MEMBER = "member.o";

    /** Files of this size are mapped. */
    private static final int MAPPED_BYTES = 300 << 10;

    private final InputFiles files = new InputFiles();
    private final Instant later = Instant.now().plusSeconds(60);
    private final KnownArchives known = new KnownArchives(1L << 30, () -> later);

    @TempDir private Path folder;
    private Path member;
    private Path file;

    /** Writes an archive with one member and long names that take much room. */
    @BeforeEach
    void write() throws IOException {
        member = folder.resolve(MEMBER);
        Files.copy(OBJECTS.resolve("tentative.o"), member);
        String names = MEMBER + "/\n" + "n".repeat(MAPPED_BYTES);
        String archive =
                "!<thin>\n"
                        + header("//", names.length())
                        + names
                        + header("/0", Files.size(member));
        file = Files.writeString(folder.resolve("thin.a"), archive, StandardCharsets.US_ASCII);
    }

    private static String header(String name, long sizeBytes) {
        return "%-16s%-12d%-6d%-6d%-8s%-10d`\n".formatted(name, 0, 0, 0, "644", sizeBytes);
    }

    @AfterEach
    void close() {
        files.close();
    }

    private ArchiveObjects open(MemberFiles members) throws IOException {
        return new ArchiveObjects("thin.a", files.open(file), members, known);
    }

    @Test
    void anIndexOfTheMembersIsMadeAnew() throws IOException {
        ArchiveIndex first = open(files.beside(file)).index();
        assertTrue(first.offsets().containsKey("main"), first.offsets().toString());
        Files.copy(OBJECTS.resolve("answer.o"), member, StandardCopyOption.REPLACE_EXISTING);
        ArchiveObjects again = open(files.beside(file));
        assertNotSame(first, again.index());
        assertTrue(again.take(IndexedName.of("answer")).isPresent());
        assertEquals(0, known.sizeBytes());
    }

    @Test
    void aMemberThatIsCutShortWhileItIsReadIsAnError() throws IOException {
        try (FileChannel channel = FileChannel.open(member, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), MAPPED_BYTES);
        }
        ArchiveObjects archive = open(new CutMembers(files.beside(file)));
        MalformedObjectException e =
                assertThrows(MalformedObjectException.class, () -> archive.index());
        assertTrue(
                e.getMessage().contains("member 'member.o' has changed since it was opened"),
                e.getMessage());
    }

    /** Shortens each member as soon as it has been opened. */
    private final class CutMembers implements MemberFiles {
        private final MemberFiles beside;

        CutMembers(MemberFiles beside) {
            this.beside = beside;
        }

        @Override
        public MemorySegment open(String name) throws IOException {
            MemorySegment content = beside.open(name);
            try (FileChannel channel =
                    FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            return content;
        }

        @Override
        public Optional<FileState> state() {
            return beside.state();
        }

        @Override
        public Optional<FileState> stateNow() {
            return beside.stateNow();
        }

        @Override
        public boolean isOverwritten(String name) {
            return beside.isOverwritten(name);
        }
    }
}
