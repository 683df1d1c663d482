package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record of an {@code .eh_frame} section in memory: a CIE or an FDE.
 *
 * @param id the address of the word by which they differ
 * @param cieDistance that word: 0 for a CIE; for an FDE the distance from the word back to its CIE
 * @param content what follows the word
 */
record FrameRecord(long id, long cieDistance, FileBytes content) {
    private static final int WORD_BYTES = 4;
    private static final long EXTENDED = 0xffff_ffffL;
    private static final long LARGEST_BYTES = 1 << 20;

    /**
     * Reads the record at an address. Returns nothing at the end of a section, or if memory does
     * not hold a record there.
     */
    static Optional<FrameRecord> at(ReadableMemory memory, long address) {
        OptionalLong length = memory.unsigned(address, WORD_BYTES);
        long id = address + WORD_BYTES;
        if (length.isPresent() && length.getAsLong() == EXTENDED) {
            length = memory.unsigned(id, Long.BYTES);
            id += Long.BYTES;
        }
        OptionalLong cie = memory.unsigned(id, WORD_BYTES);
        if (length.isEmpty() || cie.isEmpty() || !isPlausible(length.getAsLong())) {
            return Optional.empty();
        }
        byte[] content = new byte[(int) length.getAsLong() - WORD_BYTES];
        if (!memory.read(id + WORD_BYTES, content)) {
            return Optional.empty();
        }
        String name = ".eh_frame record at 0x" + Long.toHexString(address);
        return Optional.of(
                new FrameRecord(
                        id, cie.getAsLong(), new FileBytes(name, MemorySegment.ofArray(content))));
    }

    private static boolean isPlausible(long length) {
        return length >= WORD_BYTES && length <= LARGEST_BYTES;
    }

    boolean isCommon() {
        return cieDistance == 0;
    }

    /** Returns the address of the CIE that an FDE belongs to. */
    long common() {
        return id - cieDistance;
    }

    DwarfCursor cursor() throws MalformedFileException {
        return DwarfCursor.of(content);
    }

    /** Returns the address of the content. */
    long contentAddress() {
        return id + WORD_BYTES;
    }

    /** Returns the address of the next record. */
    long end() {
        return contentAddress() + content.sizeBytes();
    }
}
