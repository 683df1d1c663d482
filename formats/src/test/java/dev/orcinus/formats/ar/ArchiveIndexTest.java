package dev.orcinus.formats.ar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.IndexedName;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which members an index names for a symbol, and in which order. */
final class ArchiveIndexTest {
    private static final int MANY = 20_000;
    private static final byte[] NO_OBJECT = {1, 2, 3, 4};

    private static ArchiveIndex read(byte[] archive) throws MalformedFileException {
        FileBytes bytes = new FileBytes("test.a", MemorySegment.ofArray(archive));
        return Archive.read(bytes).index().orElseThrow();
    }

    private static ArchiveIndex of(ArchiveWriter archive) throws MalformedFileException {
        return read(archive.write());
    }

    private static List<Long> all(ArchiveIndex index, String symbol) {
        List<Long> all = index.all(IndexedName.of(symbol));
        long first = index.first(IndexedName.of(symbol));
        assertEquals(all.isEmpty() ? ArchiveIndex.NONE : all.getFirst(), first);
        return all;
    }

    @Test
    void theMembersOfASymbolAreInTheOrderOfTheIndex() throws MalformedFileException {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("a.o", NO_OBJECT, List.of("one", "shared"));
        archive.add("b.o", NO_OBJECT, List.of("shared", "two"));
        archive.add("c.o", NO_OBJECT, List.of("shared"));
        for (ArchiveIndex index : List.of(of(archive), read(archive.writeBsd()))) {
            List<Long> shared = all(index, "shared");
            assertEquals(3, shared.size());
            assertEquals(all(index, "one"), shared.subList(0, 1));
            assertEquals(all(index, "two"), shared.subList(1, 2));
            assertTrue(shared.get(1) < shared.get(2));
            assertEquals(List.of("one", "shared", "two"), List.copyOf(index.offsets().keySet()));
            for (String missing : List.of("", "o", "on", "ones", "e", "three")) {
                assertEquals(List.of(), all(index, missing), missing);
            }
        }
    }

    @Test
    void eachOfManySymbolsIsFound() throws MalformedFileException {
        ArchiveWriter archive = new ArchiveWriter();
        List<String> symbols = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            symbols.add("symbol" + i);
        }
        archive.add("a.o", NO_OBJECT, symbols);
        ArchiveIndex index = of(archive);
        long member = index.first(IndexedName.of("symbol0"));
        symbols.forEach(symbol -> assertEquals(List.of(member), all(index, symbol)));
        assertEquals(ArchiveIndex.NONE, index.first(IndexedName.of("symbol" + MANY)));
        assertTrue(index.sizeBytes() > MANY * 24L && index.sizeBytes() < MANY * 100L);
    }

    @Test
    void anEmptyIndexHasNothing() throws MalformedFileException {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("a.o", NO_OBJECT, List.of());
        assertEquals(List.of(), all(of(archive), "symbol"));
        assertEquals(List.of(), all(new ArchiveIndex.Builder().build(), ""));
    }

    @Test
    void namesAreComparedAsTheirTextsAre() throws MalformedFileException {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("a.o", NO_OBJECT, List.of("xyz"));
        byte[] bytes = archive.write();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("xyz");
        bytes[at] = (byte) 0xff;
        String decoded = new String(bytes, at, 3, StandardCharsets.UTF_8);
        assertEquals(1, all(read(bytes), decoded).size());
        ArchiveIndex.Builder built = new ArchiveIndex.Builder();
        built.add("größe", 7);
        assertEquals(List.of(7L), all(built.build(), "größe"));
    }

    @Test
    void theCheckIsOfWhatStandsBeforeTheMembers() throws MalformedFileException {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("a.o", NO_OBJECT, List.of("symbol"));
        byte[] bytes = archive.write();
        long before = check(bytes);
        bytes[bytes.length - 1]++;
        assertEquals(before, check(bytes));
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("symbol")]++;
        assertFalse(before == check(bytes));
    }

    private static long check(byte[] archive) throws MalformedFileException {
        return Archive.read(new FileBytes("test.a", MemorySegment.ofArray(archive)))
                .checkOfTables();
    }
}
