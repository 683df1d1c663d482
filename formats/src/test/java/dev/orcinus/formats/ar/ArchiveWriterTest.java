package dev.orcinus.formats.ar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that the reader finds in a written archive the members that were put into it. */
final class ArchiveWriterTest {
    @Test
    void membersAndIndexAreReadBack() throws MalformedFileException {
        ArchiveWriter writer = new ArchiveWriter();
        byte[] odd = {1, 2, 3};
        byte[] even = {4, 5};
        writer.add("odd.o", odd, List.of("a", "b"));
        writer.add("fifteen_chars.o", even, List.of("c", "a"));
        Archive archive =
                Archive.read(new FileBytes("made.a", MemorySegment.ofArray(writer.write())));
        List<ArchiveMember> members = archive.members();
        assertEquals(
                List.of("odd.o", "fifteen_chars.o"),
                members.stream().map(ArchiveMember::name).toList());
        assertArrayEquals(odd, archive.content(members.get(0)).toArray(ValueLayout.JAVA_BYTE));
        assertArrayEquals(even, archive.content(members.get(1)).toArray(ValueLayout.JAVA_BYTE));
        long first = members.get(0).headerOffset();
        long second = members.get(1).headerOffset();
        assertEquals(
                Map.of("a", first, "b", first, "c", second),
                archive.index().orElseThrow().offsets(),
                "the first member that defines a symbol counts");
    }

    @Test
    void anArchiveOfTheBsdSortIsReadBackWithAlignedContents() throws MalformedFileException {
        ArchiveWriter writer = new ArchiveWriter();
        writer.add("odd.o", new byte[] {1, 2, 3}, List.of("_a", "_b"));
        writer.add("twelve_chars", new byte[] {4, 5, 6, 7, 8, 9, 10, 11}, List.of("_c"));
        Archive archive =
                Archive.read(new FileBytes("made.a", MemorySegment.ofArray(writer.writeBsd())));
        List<ArchiveMember> members = archive.members();
        assertEquals(
                List.of("odd.o", "twelve_chars"),
                members.stream().map(ArchiveMember::name).toList());
        assertArrayEquals(
                new byte[] {1, 2, 3, 0, 0, 0, 0, 0},
                archive.content(members.get(0)).toArray(ValueLayout.JAVA_BYTE));
        assertArrayEquals(
                new byte[] {4, 5, 6, 7, 8, 9, 10, 11},
                archive.content(members.get(1)).toArray(ValueLayout.JAVA_BYTE));
        for (ArchiveMember member : members) {
            assertEquals(0, member.contentOffset() % 8, member.name());
        }
        long first = members.get(0).headerOffset();
        assertEquals(
                Map.of("_a", first, "_b", first, "_c", members.get(1).headerOffset()),
                archive.index().orElseThrow().offsets());
    }

    @Test
    void namesThatNeedATableAreRefused() {
        ArchiveWriter writer = new ArchiveWriter();
        for (String name : List.of("sixteen_chars_.o", "a/b")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> writer.add(name, new byte[0], List.of()),
                    name);
        }
    }
}
