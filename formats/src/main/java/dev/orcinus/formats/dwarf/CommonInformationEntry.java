package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.MalformedFileException;
import java.util.Optional;

/**
 * What the frame descriptions of many functions share (CIE).
 *
 * @param codeAlignment {@code code_alignment_factor}
 * @param dataAlignment {@code data_alignment_factor}
 * @param returnRegister {@code return_address_register}
 * @param pointers the encoding of pointers to code
 * @param hasAugmentation whether descriptions have augmentation data, with their length
 * @param isSignalFrame whether the caller has been interrupted, and has not made a call
 * @param instructions {@code initial_instructions}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CommonInformationEntry(
        long codeAlignment,
        long dataAlignment,
        int returnRegister,
        int pointers,
        boolean hasAugmentation,
        boolean isSignalFrame,
        byte[] instructions) {
    /** Reads the entry at an address. */
    static Optional<CommonInformationEntry> at(ReadableMemory memory, long address)
            throws MalformedFileException {
        Optional<FrameRecord> record = FrameRecord.at(memory, address);
        if (record.isEmpty() || !record.get().isCommon()) {
            return Optional.empty();
        }
        return Optional.of(read(record.get()));
    }

    private static CommonInformationEntry read(FrameRecord record) throws MalformedFileException {
        DwarfCursor in = record.cursor();
        int version = in.u8();
        String augmentation = in.text();
        if (augmentation.startsWith("eh")) {
            in.u64();
        }
        long codeAlignment = in.uleb();
        long dataAlignment = in.sleb();
        int returnRegister = version == 1 ? in.u8() : in.smallUleb();
        Augmentation augmented = Augmentation.read(in, augmentation);
        return new CommonInformationEntry(
                codeAlignment,
                dataAlignment,
                returnRegister,
                augmented.pointers,
                augmentation.startsWith("z"),
                augmented.isSignalFrame,
                in.block(in.remaining()));
    }

    /** The parts of the augmentation that matter here. */
    private record Augmentation(int pointers, boolean isSignalFrame) {
        static Augmentation read(DwarfCursor in, String text) throws MalformedFileException {
            if (!text.startsWith("z")) {
                return new Augmentation(0, false);
            }
            DwarfCursor data = in.take(in.uleb());
            int pointers = 0;
            for (int i = 1; i < text.length(); i++) {
                switch (text.charAt(i)) {
                    case 'R' -> pointers = data.u8();
                    case 'L' -> data.u8();
                    case 'P' -> EncodedPointer.value(data, data.u8());
                    default -> {} // 'S', 'B', 'G': no data
                }
            }
            return new Augmentation(pointers, text.indexOf('S') > 0);
        }
    }
}
