package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The sorted table of a library's frame descriptions ({@code .eh_frame_hdr}) in memory. Source:
 * LSB, "Exception Frames".
 */
public final class FrameTable {
    private static final int HEAD_BYTES = 32;
    private static final int VERSION = 1;

    private final ReadableMemory memory;
    private final long address;
    private final long frames;
    private final long entries;
    private final long count;
    private final int encoding;

    private FrameTable(
            ReadableMemory memory,
            long address,
            long frames,
            long entries,
            long count,
            int encoding) {
        this.memory = memory;
        this.address = address;
        this.frames = frames;
        this.entries = entries;
        this.count = count;
        this.encoding = encoding;
    }

    /** Reads the head of the table at an address; empty if there is none. */
    public static Optional<FrameTable> at(ReadableMemory memory, long address)
            throws MalformedFileException {
        byte[] head = new byte[HEAD_BYTES];
        if (!memory.read(address, head)) {
            return Optional.empty();
        }
        DwarfCursor in =
                DwarfCursor.of(new FileBytes(".eh_frame_hdr", MemorySegment.ofArray(head)));
        if (in.u8() != VERSION) {
            return Optional.empty();
        }
        int ofFrames = in.u8();
        int ofCount = in.u8();
        int ofEntries = in.u8();
        long frames = EncodedPointer.read(in, ofFrames, address, address);
        boolean hasTable = ofCount != EncodedPointer.OMITTED && ofEntries != EncodedPointer.OMITTED;
        long count = hasTable ? EncodedPointer.value(in, ofCount) : 0;
        long entries = address + in.position();
        return Optional.of(new FrameTable(memory, address, frames, entries, count, ofEntries));
    }

    /**
     * Returns the description of the function at an address.
     *
     * @param end the end of the library, which limits a search without a table
     */
    public Optional<FrameDescription> find(long pc, long end) throws MalformedFileException {
        int sizeBytes = EncodedPointer.sizeBytes(encoding);
        if (count <= 0 || count > Integer.MAX_VALUE || sizeBytes == 0) {
            return FrameDescription.search(memory, frames, end, pc);
        }
        long low = 0;
        for (long high = count; low < high; ) {
            long middle = (low + high) >>> 1;
            OptionalLong start = pointer(2 * middle * sizeBytes);
            if (start.isEmpty()) {
                return Optional.empty();
            }
            if (Long.compareUnsigned(start.getAsLong(), pc) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        OptionalLong record = low == 0 ? OptionalLong.empty() : pointer((2 * low - 1) * sizeBytes);
        return record.isEmpty()
                ? Optional.empty()
                : FrameDescription.at(memory, record.getAsLong()).filter(d -> d.covers(pc));
    }

    private OptionalLong pointer(long offset) throws MalformedFileException {
        byte[] word = new byte[EncodedPointer.sizeBytes(encoding)];
        if (!memory.read(entries + offset, word)) {
            return OptionalLong.empty();
        }
        DwarfCursor in =
                DwarfCursor.of(new FileBytes(".eh_frame_hdr", MemorySegment.ofArray(word)));
        return OptionalLong.of(EncodedPointer.read(in, encoding, entries + offset, address));
    }
}
