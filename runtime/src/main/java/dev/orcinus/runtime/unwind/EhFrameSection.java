package dev.orcinus.runtime.unwind;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.runtime.RegistrationException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the records of an {@code .eh_frame} section in memory (LSB Core, "Exception Frames") to
 * make sure that an unwinder will find its end. JITLink leaves a gap of four bytes, with any
 * content, where it has dropped the unwind info of a function whose size is no multiple of the
 * section's alignment (a COMDAT function that another object defines). An unwinder would stop
 * there, or misread it.
 */
final class EhFrameSection {
    private static final int LENGTH_BYTES = 4;
    private static final int LONG_LENGTH_BYTES = 8;
    private static final int EXTENDED = 0xffff_ffff;
    private static final long LARGEST_SECTION_BYTES = 1L << 32;
    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);
    private static final int MOST_BUFFERED_BYTES = 4 << 10;

    private static final Set<Integer> CIE_VERSIONS = Set.of(1, 3);

    /** What the text of a CIE's augmentation begins with. */
    private static final Set<Integer> AUGMENTATIONS = Set.of(0, (int) 'z', (int) 'e');

    private final GuestMemory memory;
    private final MemorySegment word = MemorySegment.ofArray(new long[1]);
    private final MemorySegment words = MemorySegment.ofArray(new long[2]);

    /** The bytes from {@link #bufferStart} on, as they were at the last {@link #isEmptyAt}. */
    private MemorySegment buffer = NOTHING;

    private ExecutorAddress bufferStart = ExecutorAddress.NULL;

    EhFrameSection(GuestMemory memory) {
        this.memory = memory;
    }

    /**
     * The records of a section.
     *
     * @param start where they start
     * @param end where they end: at a terminator, or where the section ends
     * @param isTerminated whether there is a terminator
     * @param gaps the offsets of gaps of four bytes between them
     */
    record Records(
            ExecutorAddress start, ExecutorAddress end, boolean isTerminated, List<Integer> gaps) {
        /** Returns whether an unwinder can read them where they are. */
        boolean isReadable() {
            return isTerminated && gaps.isEmpty();
        }

        /** Returns their range, and that of the terminator. */
        AddressRange withTerminator() {
            return new AddressRange(start, isTerminated ? end.plus(LENGTH_BYTES) : end);
        }
    }

    /** Returns whether the section has no records: its first length word is the terminator. */
    boolean isEmptyAt(ExecutorAddress start) throws RegistrationException {
        buffer = NOTHING;
        return length(start) == 0;
    }

    /**
     * Returns the records of a section of known extent.
     *
     * @throws RegistrationException if it is not readable, or its records do not end where it ends
     */
    Records records(AddressRange section) throws RegistrationException {
        return records(section.start(), section.end());
    }

    /** Returns the records that start at {@code start}, whose end only their terminator marks. */
    Records records(ExecutorAddress start) throws RegistrationException {
        return records(start, start.plus(LARGEST_SECTION_BYTES));
    }

    private Records records(ExecutorAddress start, ExecutorAddress limit)
            throws RegistrationException {
        Set<ExecutorAddress> cies = new HashSet<>();
        List<Integer> gaps = new ArrayList<>();
        ExecutorAddress record = start;
        while (!record.equals(limit)) {
            if (isGap(record, limit, cies)) {
                gaps.add(Math.toIntExact(record.value() - start.value()));
                record = record.plus(LENGTH_BYTES);
            }
            int length = length(record);
            if (length == 0) {
                return new Records(start, record, true, gaps);
            }
            ExecutorAddress next = end(record, length);
            if (next.compareTo(limit) > 0) {
                throw new RegistrationException(
                        ".eh_frame at "
                                + start
                                + ": the record at "
                                + record
                                + " ends at "
                                + next
                                + ", beyond the section's end "
                                + limit,
                        null);
            }
            requireRecord(record, length, cies);
            record = next;
        }
        return new Records(start, limit, false, gaps);
    }

    /**
     * Returns whether the four bytes at an address are a gap: a record is behind them. If it is an
     * FDE, and the bytes look like the beginning of a record, too, then something has to follow it.
     * (The length of a record is easily the distance to a CIE; a distance to code is not.)
     */
    private boolean isGap(ExecutorAddress place, ExecutorAddress limit, Set<ExecutorAddress> cies) {
        ExecutorAddress behind = place.plus(LENGTH_BYTES);
        if (!readWords(place) || !isRecord(LENGTH_BYTES, behind, limit, cies)) {
            return false;
        }
        boolean isCie = unsigned(2 * LENGTH_BYTES) == 0;
        ExecutorAddress end = behind.plus(LENGTH_BYTES + unsigned(LENGTH_BYTES));
        return isCie || !isRecord(0, place, limit, cies) || isFollowed(end, limit, cies);
    }

    /** Returns whether a record, a gap, a terminator or the section's end is at an address. */
    private boolean isFollowed(
            ExecutorAddress end, ExecutorAddress limit, Set<ExecutorAddress> cies) {
        return end.equals(limit)
                || (readWords(end)
                        && (unsigned(0) == 0
                                || isRecord(0, end, limit, cies)
                                || isRecord(LENGTH_BYTES, end.plus(LENGTH_BYTES), limit, cies)));
    }

    /**
     * Returns whether the bytes in {@link #words} look like the beginning of a CIE, or of an FDE of
     * a known one, that ends inside of the section.
     *
     * @param offset where the record's length is in them
     * @param record the record's address
     */
    private boolean isRecord(
            long offset, ExecutorAddress record, ExecutorAddress limit, Set<ExecutorAddress> cies) {
        long length = unsigned(offset);
        long left = limit.value() - record.value() - LENGTH_BYTES;
        if (length < 2 * LENGTH_BYTES || length > left) {
            return false;
        }
        long id = unsigned(offset + LENGTH_BYTES);
        return id == 0
                ? CIE_VERSIONS.contains(byteAt(offset + 2 * LENGTH_BYTES))
                        && AUGMENTATIONS.contains(byteAt(offset + 2 * LENGTH_BYTES + 1))
                : cies.contains(new ExecutorAddress(record.value() + LENGTH_BYTES - id));
    }

    private long unsigned(long offset) {
        return Integer.toUnsignedLong(words.get(ValueLayout.JAVA_INT, offset));
    }

    private int byteAt(long offset) {
        return words.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    /**
     * Requires that a record is a CIE or an FDE of a CIE before it. If it is neither, the section
     * has ended without a terminator, and the unwinder would abort on the bytes behind it.
     */
    private void requireRecord(ExecutorAddress record, int length, Set<ExecutorAddress> cies)
            throws RegistrationException {
        ExecutorAddress id =
                record.plus(length == EXTENDED ? LENGTH_BYTES + LONG_LENGTH_BYTES : LENGTH_BYTES);
        read(id, LENGTH_BYTES);
        long cieDistance = Integer.toUnsignedLong(word.get(ValueLayout.JAVA_INT, 0));
        if (cieDistance == 0) {
            cies.add(record);
        } else if (!cies.contains(new ExecutorAddress(id.value() - cieDistance))) {
            throw new RegistrationException(
                    ".eh_frame: the record at "
                            + record
                            + " is neither a CIE nor an FDE of one before it",
                    null);
        }
    }

    private ExecutorAddress end(ExecutorAddress record, int length) throws RegistrationException {
        if (length != EXTENDED) {
            return record.plus(LENGTH_BYTES + Integer.toUnsignedLong(length));
        }
        read(record.plus(LENGTH_BYTES), LONG_LENGTH_BYTES);
        long extended = word.get(ValueLayout.JAVA_LONG, 0);
        if (extended < 0 || extended > LARGEST_SECTION_BYTES) {
            throw new RegistrationException(
                    ".eh_frame: the record at "
                            + record
                            + " has a length of 0x"
                            + Long.toHexString(extended),
                    null);
        }
        return record.plus(LENGTH_BYTES + LONG_LENGTH_BYTES + extended);
    }

    private int length(ExecutorAddress record) throws RegistrationException {
        read(record, LENGTH_BYTES);
        return word.get(ValueLayout.JAVA_INT, 0);
    }

    private void read(ExecutorAddress address, int sizeBytes) throws RegistrationException {
        if (!isBuffered(address, sizeBytes)) {
            fillBuffer(address);
        }
        if (isBuffered(address, sizeBytes)) {
            long at = address.minus(bufferStart);
            MemorySegment.copy(buffer, at, word, 0, sizeBytes);
        } else if (!memory.tryRead(address, word.asSlice(0, sizeBytes))) {
            throw new RegistrationException(".eh_frame: nothing readable at " + address, null);
        }
    }

    /** Reads two words into {@link #words}, and returns whether they can be read. */
    private boolean readWords(ExecutorAddress address) {
        if (!isBuffered(address, (int) words.byteSize())) {
            return memory.tryRead(address, words);
        }
        long at = address.minus(bufferStart);
        MemorySegment.copy(buffer, at, words, 0, words.byteSize());
        return true;
    }

    private boolean isBuffered(ExecutorAddress address, int sizeBytes) {
        long offset = address.value() - bufferStart.value();
        return offset >= 0 && offset <= buffer.byteSize() - sizeBytes;
    }

    /** Reads what can be read at once for sure, if anything can: the rest of the page. */
    private void fillBuffer(ExecutorAddress address) {
        long restOfPage =
                memory.pageSizeBytes() - Math.floorMod(address.value(), memory.pageSizeBytes());
        int count = (int) Math.min(restOfPage, MOST_BUFFERED_BYTES);
        buffer = MemorySegment.ofArray(new byte[count]);
        bufferStart = address;
        if (!memory.tryRead(address, buffer)) {
            buffer = NOTHING;
        }
    }
}
