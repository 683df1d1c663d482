package dev.orcinus.formats.dwarf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Call frame instructions, for code whose rows are given from first to last. Source: DWARF 5,
 * 6.4.2. It is for one function.
 */
public final class CallFrameRows {
    private static final int ROOM = 128;
    private static final int ADVANCE = 0x40;
    private static final int OFFSET = 0x80;
    private static final int SAME_VALUE = 0x08;
    private static final int ADVANCE_BYTE = 0x02;
    private static final int UNDEFINED = 0x07;
    private static final int DEF_CFA = 0x0c;
    private static final int SHORT_DISTANCE = 64;

    private final ByteBuffer bytes = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
    private int at;

    /** Makes the rows of a function; the first one begins at its start. */
    public CallFrameRows() {}

    /** The next row begins at an offset of the code. */
    public CallFrameRows at(int offset) {
        int distance = offset - at;
        at = offset;
        if (distance < SHORT_DISTANCE) {
            bytes.put((byte) (ADVANCE | distance));
        } else {
            bytes.put((byte) ADVANCE_BYTE).put((byte) distance);
        }
        return this;
    }

    /** The frame's address is a register plus an offset. */
    public CallFrameRows frame(int register, int offset) {
        bytes.put((byte) DEF_CFA).put((byte) register);
        putNumber(offset);
        return this;
    }

    private void putNumber(int number) {
        int left = number;
        while (left >= 0x80) {
            bytes.put((byte) (left | 0x80));
            left >>>= 7;
        }
        bytes.put((byte) left);
    }

    /** A register has been saved that many bytes below the frame's address, a multiple of 8. */
    public CallFrameRows saved(int register, int below) {
        bytes.put((byte) (OFFSET | register));
        putNumber(below / 8);
        return this;
    }

    /** A register has the value again that it had in the caller. */
    public CallFrameRows kept(int register) {
        bytes.put((byte) SAME_VALUE).put((byte) register);
        return this;
    }

    /** The value that a register had in the caller is not known; of the return address: none. */
    public CallFrameRows lost(int register) {
        bytes.put((byte) UNDEFINED).put((byte) register);
        return this;
    }

    /** Returns the instructions. */
    public byte[] bytes() {
        byte[] all = new byte[bytes.position()];
        bytes.get(0, all);
        return all;
    }
}
