package dev.orcinus.loader.pass;

import dev.orcinus.loader.pass.CommonInformation.BadRecordException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.LinkedProgram.Frame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The functions that call frame information in memory describes. It has no state. */
public final class FrameTable {
    private static final int LENGTH_BYTES = 4;

    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG_WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FrameTable() {}

    /**
     * Returns the functions.
     *
     * @param start the address of the call frame information, which {@link EhFrames} has checked
     * @param content its bytes as they are in memory
     */
    public static List<Frame> of(ExecutorAddress start, MemorySegment content) {
        List<Frame> frames = new ArrayList<>();
        Map<Long, CommonInformation> cies = new HashMap<>();
        long at = 0;
        while (at < content.byteSize() && word(content, at) != 0) {
            long sizeBytes = LENGTH_BYTES + Integer.toUnsignedLong(word(content, at));
            int cieDistance = word(content, at + LENGTH_BYTES);
            if (cieDistance == 0) {
                cies.put(at, cie(content.asSlice(at, sizeBytes)));
            } else {
                CommonInformation cie = cies.get(at + LENGTH_BYTES - cieDistance);
                long function = pointer(start, content, at + EhFrames.PC_BEGIN, cie);
                frames.add(new Frame(new ExecutorAddress(function), start.plus(at)));
            }
            at += sizeBytes;
        }
        return frames;
    }

    private static CommonInformation cie(MemorySegment record) {
        try {
            return CommonInformation.of(null, record);
        } catch (BadRecordException e) {
            throw new AssertionError("a record that has been linked", e);
        }
    }

    private static long pointer(
            ExecutorAddress start, MemorySegment content, long at, CommonInformation cie) {
        boolean isLong = cie.pointerBytes() == Long.BYTES;
        long value = isLong ? longWord(content, at) : word(content, at);
        return cie.isRelative() ? start.plus(at).value() + value : value;
    }

    private static int word(MemorySegment content, long at) {
        return content.get(WORD, at);
    }

    private static long longWord(MemorySegment content, long at) {
        return content.get(LONG_WORD, at);
    }
}
