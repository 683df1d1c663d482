package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.MalformedFileException;
import java.util.Optional;

/**
 * How the frames of a function lead to their callers (FDE).
 *
 * @param common what it shares with others
 * @param start {@code PC Begin}: the address of its first instruction
 * @param sizeBytes {@code PC Range}
 * @param instructions the rest of its call frame instructions
 * @param instructionsAddress their address, to which pointers in them may be relative
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FrameDescription(
        CommonInformationEntry common,
        long start,
        long sizeBytes,
        byte[] instructions,
        long instructionsAddress) {
    /** The most records that are looked at in a section without a table. */
    private static final int MOST_RECORDS = 1 << 17;

    /** Returns the description at an address; empty if there is none. */
    static Optional<FrameDescription> at(ReadableMemory memory, long address)
            throws MalformedFileException {
        Optional<FrameRecord> record = FrameRecord.at(memory, address);
        return record.isEmpty() || record.get().isCommon()
                ? Optional.empty()
                : read(memory, record.get());
    }

    private static Optional<FrameDescription> read(ReadableMemory memory, FrameRecord record)
            throws MalformedFileException {
        Optional<CommonInformationEntry> entry = CommonInformationEntry.at(memory, record.common());
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        CommonInformationEntry common = entry.get();
        DwarfCursor in = record.cursor();
        long start = EncodedPointer.read(in, common.pointers(), record.contentAddress(), 0);
        long sizeBytes = EncodedPointer.value(in, common.pointers());
        if (common.hasAugmentation()) {
            in.skip(in.uleb());
        }
        long address = record.contentAddress() + in.position();
        byte[] instructions = in.block(in.remaining());
        return Optional.of(new FrameDescription(common, start, sizeBytes, instructions, address));
    }

    /**
     * Searches the records of a section for the function at an address.
     *
     * @param section the address of the section's first record
     * @param end the address of its end; records may end before, by a terminator
     */
    public static Optional<FrameDescription> search(
            ReadableMemory memory, long section, long end, long pc) throws MalformedFileException {
        long at = section;
        for (int i = 0; i < MOST_RECORDS && Long.compareUnsigned(at, end) < 0; i++) {
            Optional<FrameRecord> record = FrameRecord.at(memory, at);
            if (record.isEmpty()) {
                return Optional.empty();
            }
            if (!record.get().isCommon()) {
                Optional<FrameDescription> description = read(memory, record.get());
                if (description.isPresent() && description.get().covers(pc)) {
                    return description;
                }
            }
            at = record.get().end();
        }
        return Optional.empty();
    }

    /** Returns whether it is about the function at an address. */
    public boolean covers(long pc) {
        return Long.compareUnsigned(pc - start, sizeBytes) < 0;
    }

    /** Returns whether its frame is the kernel's, which has interrupted the caller. */
    public boolean isSignalFrame() {
        return common.isSignalFrame();
    }

    /** Returns the rules that lead from an instruction to the caller. */
    public FrameRules rulesAt(long pc) throws MalformedFileException {
        return new FrameProgram(this).rulesAt(pc);
    }
}
