package dev.orcinus.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds {@code .eh_frame} sections; the contents of the records do not matter here. */
public final class EhFrames {
    private final ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    /** An empty section. */
    public EhFrames() {}

    /** Returns a section of these record lengths, with its terminator. */
    public static byte[] of(int... lengths) {
        EhFrames section = new EhFrames();
        for (int length : lengths) {
            section.record(length);
        }
        return section.word(0).toBytes();
    }

    /** Adds a record: its length word, then as many bytes that are no terminator. */
    public EhFrames record(int length) {
        return word(length).fill(length);
    }

    /** Adds a CIE of 24 bytes as compilers write it: version 1, augmentation "zR". */
    public EhFrames cie() {
        word(20).word(0);
        bytes.put(new byte[] {1, 'z', 'R', 0, 1, 0x78, 0x10, 1, 0x1b, 0x0c, 7, 8, 0, 0, 0, 0});
        return this;
    }

    /** Adds a record with a 64-bit length. */
    public EhFrames longRecord(long length) {
        word(0xffff_ffff);
        bytes.putLong(length);
        return fill((int) length);
    }

    /** Adds a length word with nothing behind it. */
    public EhFrames word(int word) {
        bytes.putInt(word);
        return this;
    }

    /** Adds a 64-bit length with nothing behind it. */
    public EhFrames longWord(long word) {
        bytes.putInt(0xffff_ffff).putLong(word);
        return this;
    }

    private EhFrames fill(int count) {
        for (int i = 0; i < count; i++) {
            // The first word is the CIE id, 0: an FDE would have to point to a CIE.
            bytes.put((byte) (i < Integer.BYTES ? 0 : 0x5a));
        }
        return this;
    }

    public byte[] toBytes() {
        byte[] copy = new byte[bytes.position()];
        bytes.get(0, copy);
        return copy;
    }
}
