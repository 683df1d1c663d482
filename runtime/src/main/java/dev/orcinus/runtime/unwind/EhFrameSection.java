package dev.orcinus.runtime.unwind;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.runtime.RegistrationException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the records of an {@code .eh_frame} section in memory (LSB Core, "Exception Frames") to
 * make sure that an unwinder will find its end.
 */
final class EhFrameSection {
    private static final int LENGTH_BYTES = 4;
    private static final int LONG_LENGTH_BYTES = 8;
    private static final int EXTENDED = 0xffff_ffff;
    private static final long LARGEST_SECTION_BYTES = 1L << 32;
    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);
    private static final int MOST_BUFFERED_BYTES = 4 << 10;

    private final GuestMemory memory;
    private final MemorySegment word = MemorySegment.ofArray(new long[1]);

    /** The bytes from {@link #bufferStart} on, as they were at the last {@link #isEmptyAt}. */
    private MemorySegment buffer = NOTHING;

    private ExecutorAddress bufferStart = ExecutorAddress.NULL;

    EhFrameSection(GuestMemory memory) {
        this.memory = memory;
    }

    /** Returns whether the section has no records: its first length word is the terminator. */
    boolean isEmptyAt(ExecutorAddress start) throws RegistrationException {
        buffer = NOTHING;
        return length(start) == 0;
    }

    /**
     * Returns whether a section has a terminator inside, behind its last record.
     *
     * @throws RegistrationException if it is not readable, or its records do not end where it ends
     */
    boolean isTerminated(AddressRange section) throws RegistrationException {
        return !recordsEnd(section.start(), section.end()).equals(section.end());
    }

    /** Returns where the records end: at a terminator, or at the limit. */
    private ExecutorAddress recordsEnd(ExecutorAddress start, ExecutorAddress limit)
            throws RegistrationException {
        Set<ExecutorAddress> cies = new HashSet<>();
        ExecutorAddress record = start;
        while (!record.equals(limit)) {
            int length = length(record);
            if (length == 0) {
                return record;
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
        return limit;
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

    /** Returns the section that starts at {@code start}, whose end only its terminator marks. */
    AddressRange walk(ExecutorAddress start) throws RegistrationException {
        ExecutorAddress end = recordsEnd(start, start.plus(LARGEST_SECTION_BYTES));
        return new AddressRange(start, end.plus(LENGTH_BYTES));
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

    private boolean isBuffered(ExecutorAddress address, int sizeBytes) {
        long offset = address.value() - bufferStart.value();
        return offset >= 0 && offset + sizeBytes <= buffer.byteSize();
    }

    /** Reads what can be read at once for sure, if anything can: the rest of the page. */
    private void fillBuffer(ExecutorAddress address) {
        long restOfPage = memory.pageSizeBytes() - address.value() % memory.pageSizeBytes();
        int count = (int) Math.min(restOfPage, MOST_BUFFERED_BYTES);
        buffer = MemorySegment.ofArray(new byte[count]);
        bufferStart = address;
        if (!memory.tryRead(address, buffer)) {
            buffer = NOTHING;
        }
    }
}
