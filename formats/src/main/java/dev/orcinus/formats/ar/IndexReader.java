package dev.orcinus.formats.ar;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.NameReader;
import java.nio.charset.StandardCharsets;

/** Reads an archive's symbol index, of each of the four sorts. */
final class IndexReader {
    /** What an array can hold. */
    private static final long LARGEST_BYTES = Integer.MAX_VALUE - 8;

    private static final String NAME = "the index's name";

    private final FileBytes bytes;
    private final ArchiveMember index;
    private final long start;
    private final long end;

    IndexReader(FileBytes bytes, ArchiveMember index) {
        this.bytes = bytes;
        this.index = index;
        this.start = index.contentOffset();
        this.end = start + index.sizeBytes();
    }

    ArchiveIndex read() throws MalformedFileException {
        if (index.sizeBytes() > LARGEST_BYTES) {
            throw malformed(start, "has 0x%x bytes".formatted(index.sizeBytes()));
        }
        return switch (index.kind()) {
            case GNU_INDEX -> readGnu(Integer.BYTES);
            case GNU_INDEX64 -> readGnu(Long.BYTES);
            case BSD_INDEX -> readBsd(Integer.BYTES);
            case BSD_INDEX64 -> readBsd(Long.BYTES);
            case NAMES, FILE -> throw new AssertionError(index + " is no index");
        };
    }

    /** Reads the number of symbols, their members' offsets, and their names in the same order. */
    private ArchiveIndex readGnu(int wordBytes) throws MalformedFileException {
        require(start, wordBytes, "the number of symbols");
        long count = bigEndian(start, wordBytes);
        requireRoom(start, wordBytes, count, wordBytes);
        long first = start + wordBytes + count * wordBytes;
        byte[] text = bytes.copy(first, (int) (end - first));
        ArchiveIndex.Builder found =
                new ArchiveIndex.Builder(text, (int) Math.min(count, text.length));
        int name = 0;
        for (int i = 0; i < count; i++) {
            int stop = endOfName(text, name);
            if (stop == text.length) {
                throw bytes.malformed(first + name, NAME + " " + i + " has no end");
            }
            long word = start + wordBytes + (long) i * wordBytes;
            add(found, text, name, stop, bigEndian(word, wordBytes));
            name = stop + 1;
        }
        return found.build();
    }

    private static int endOfName(byte[] text, int name) {
        int at = name;
        while (at < text.length && text[at] != 0) {
            at++;
        }
        return at;
    }

    /**
     * Adds a symbol. A name that is not in ASCII is decoded first, as the names of objects are:
     * what is no UTF-8 becomes the same replacement then.
     */
    private static void add(
            ArchiveIndex.Builder found, byte[] text, int name, int stop, long member) {
        boolean isAscii = true;
        for (int at = name; at < stop; at++) {
            isAscii &= text[at] >= 0;
        }
        if (isAscii) {
            found.add(name, stop, member);
        } else {
            found.add(new String(text, name, stop - name, StandardCharsets.UTF_8), member);
        }
    }

    /**
     * Reads the size of the pairs, pairs of a name's and a member's offset, and the size of the
     * names.
     */
    private ArchiveIndex readBsd(int wordBytes) throws MalformedFileException {
        require(start, wordBytes, "the size of the pairs");
        long pairsBytes = littleEndian(start, wordBytes);
        int pairBytes = 2 * wordBytes;
        requireRoom(start, wordBytes, pairsBytes, 1);
        if (pairsBytes % pairBytes != 0) {
            throw malformed(start, "has 0x%x bytes of pairs".formatted(pairsBytes));
        }
        long namesSize = start + wordBytes + pairsBytes;
        require(namesSize, wordBytes, "the size of the names");
        long names = namesSize + wordBytes;
        long namesBytes = littleEndian(namesSize, wordBytes);
        requireRoom(namesSize, wordBytes, namesBytes, 1);
        NameReader reader = new NameReader(bytes);
        ArchiveIndex.Builder found = new ArchiveIndex.Builder();
        for (long pair = start + wordBytes; pair < namesSize; pair += pairBytes) {
            long name = littleEndian(pair, wordBytes);
            if (name < 0 || name >= namesBytes) {
                throw malformed(pair, "has a name at 0x%x of 0x%x".formatted(name, namesBytes));
            }
            found.add(
                    reader.name(
                            names, namesBytes, name, "a name of the index", NameReader.UNNUMBERED),
                    littleEndian(pair + wordBytes, wordBytes));
        }
        return found.build();
    }

    private void require(long at, long sizeBytes, String what) throws MalformedFileException {
        if (sizeBytes > end - at) {
            throw malformed(at, "has no room for " + what);
        }
    }

    private void requireRoom(long at, int wordBytes, long count, int eachBytes)
            throws MalformedFileException {
        if (count < 0 || count > (end - at - wordBytes) / eachBytes) {
            throw malformed(
                    at,
                    "announces 0x%x times %d bytes; only 0x%x follow"
                            .formatted(count, eachBytes, end - at - wordBytes));
        }
    }

    private long littleEndian(long at, int wordBytes) {
        return wordBytes == Integer.BYTES ? Integer.toUnsignedLong(bytes.u32(at)) : bytes.u64(at);
    }

    private long bigEndian(long at, int wordBytes) {
        return wordBytes == Integer.BYTES
                ? Integer.toUnsignedLong(Integer.reverseBytes(bytes.u32(at)))
                : Long.reverseBytes(bytes.u64(at));
    }

    private MalformedFileException malformed(long at, String problem) {
        return bytes.malformed(at, "the archive's index '%s' %s".formatted(index.name(), problem));
    }
}
