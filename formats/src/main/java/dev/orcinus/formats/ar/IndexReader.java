package dev.orcinus.formats.ar;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.NameReader;

/** Reads an archive's symbol index, of each of the four sorts. */
final class IndexReader {
    private final FileBytes bytes;
    private final ArchiveMember index;
    private final long start;
    private final long end;
    private final ArchiveIndex.Builder found = new ArchiveIndex.Builder();

    IndexReader(FileBytes bytes, ArchiveMember index) {
        this.bytes = bytes;
        this.index = index;
        this.start = index.contentOffset();
        this.end = start + index.sizeBytes();
    }

    ArchiveIndex read() throws MalformedFileException {
        switch (index.kind()) {
            case GNU_INDEX -> readGnu(Integer.BYTES);
            case GNU_INDEX64 -> readGnu(Long.BYTES);
            case BSD_INDEX -> readBsd(Integer.BYTES);
            case BSD_INDEX64 -> readBsd(Long.BYTES);
            case NAMES, FILE -> throw new AssertionError(index + " is no index");
        }
        return found.build();
    }

    /** Reads the number of symbols, their members' offsets, and their names in the same order. */
    private void readGnu(int wordBytes) throws MalformedFileException {
        require(start, wordBytes, "the number of symbols");
        long count = bigEndian(start, wordBytes);
        requireRoom(start, wordBytes, count, wordBytes);
        long name = start + wordBytes + count * wordBytes;
        for (long i = 0; i < count; i++) {
            long word = start + wordBytes + i * wordBytes;
            String symbol = bytes.text(name, end, "the index's name " + i);
            name = nextName(name);
            found.add(symbol, bigEndian(word, wordBytes));
        }
    }

    private long nextName(long name) {
        long at = name;
        while (bytes.u8(at) != 0) {
            at++;
        }
        return at + 1;
    }

    /**
     * Reads the size of the pairs, pairs of a name's and a member's offset, and the size of the
     * names.
     */
    private void readBsd(int wordBytes) throws MalformedFileException {
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
        for (long pair = start + wordBytes; pair < namesSize; pair += pairBytes) {
            long name = littleEndian(pair, wordBytes);
            if (name < 0 || name >= namesBytes) {
                throw malformed(pair, "has a name at 0x%x of 0x%x".formatted(name, namesBytes));
            }
            found.add(
                    reader.name(names + name, names + namesBytes, "a name of the index"),
                    littleEndian(pair + wordBytes, wordBytes));
        }
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
