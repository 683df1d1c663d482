package dev.orcinus.protocol.sps;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads SPS data: little-endian, packed, without type tags. Every read is checked against the bytes
 * that are left, so a wrong length in the data fails before memory is allocated for it. The data is
 * one segment, or a stream of known length that is read through a window. One thread may use it.
 * Mirrors LLVM's {@code shared::SPSInputBuffer}.
 */
public final class SpsReader {
    private static final ValueLayout.OfShort SHORT = le(ValueLayout.JAVA_SHORT_UNALIGNED);
    private static final ValueLayout.OfInt INT = le(ValueLayout.JAVA_INT_UNALIGNED);
    private static final ValueLayout.OfLong LONG = le(ValueLayout.JAVA_LONG_UNALIGNED);
    private static final int LARGEST_SCALAR_BYTES = Long.BYTES;

    /**
     * The most elements that get room before they have arrived; a count alone must not cost more.
     */
    static final int TRUSTED_ELEMENTS = 1024;

    private static final int TRUSTED_BYTES = 1 << 20;

    private final ByteStream stream;
    private final long totalBytes;
    private final MemorySegment straddling;
    private MemorySegment window;
    private long position;
    private long beforeWindow;
    private long directBytes;
    private long mostObjectBytes = Long.MAX_VALUE;
    private long taken;

    /** Reads {@code data}. */
    public SpsReader(MemorySegment data) {
        this.stream = null;
        this.straddling = null;
        this.totalBytes = data.byteSize();
        this.window = data;
    }

    /** Reads the {@code totalBytes} next bytes of {@code stream}. */
    public SpsReader(ByteStream stream, long totalBytes) {
        this.stream = stream;
        this.straddling = MemorySegment.ofArray(new byte[LARGEST_SCALAR_BYTES]);
        this.totalBytes = totalBytes;
        this.window = MemorySegment.NULL;
    }

    @SuppressWarnings("unchecked")
    private static <L extends ValueLayout> L le(L layout) {
        return (L) layout.withOrder(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns how many bytes have been read. */
    public long offset() {
        return beforeWindow + position;
    }

    /**
     * Limits how many bytes of a stream may become Java objects. Others can only be read into
     * memory of the caller, or be skipped.
     */
    public void limitObjects(long sizeBytes) {
        mostObjectBytes = sizeBytes;
    }

    /** Returns how many of the bytes that have been read have become Java objects. */
    public long objectBytes() {
        return offset() - directBytes;
    }

    /** Returns how many bytes are left. */
    public long remaining() {
        return totalBytes - offset();
    }

    /** Reads one byte. */
    public byte readByte() throws ProtocolException {
        return take(Byte.BYTES).get(JAVA_BYTE, taken);
    }

    /** Reads {@code uint16} or {@code int16}. */
    public short readShort() throws ProtocolException {
        return take(Short.BYTES).get(SHORT, taken);
    }

    /** Reads {@code uint32} or {@code int32}. */
    public int readInt() throws ProtocolException {
        return take(Integer.BYTES).get(INT, taken);
    }

    /** Reads {@code uint64} or {@code int64}. */
    public long readLong() throws ProtocolException {
        return take(Long.BYTES).get(LONG, taken);
    }

    /** Reads {@code bool}: 0 or 1, nothing else. */
    public boolean readBoolean() throws ProtocolException {
        byte value = readByte();
        if (value != 0 && value != 1) {
            throw malformed(1, "bool is " + (value & 0xff) + ", neither 0 nor 1");
        }
        return value == 1;
    }

    /** Reads {@code SPSExecutorAddr}. */
    public ExecutorAddress readAddress() throws ProtocolException {
        return new ExecutorAddress(readLong());
    }

    /**
     * Reads the element count of a sequence.
     *
     * @param elementBytes the least number of bytes of one element; a count that the remaining data
     *     cannot hold is refused
     */
    public int readCount(int elementBytes) throws ProtocolException {
        long count = readLong();
        if (count < 0 || count > remaining() / elementBytes || count > Integer.MAX_VALUE - 8) {
            throw malformed(
                    Long.BYTES,
                    "a sequence of "
                            + Long.toUnsignedString(count)
                            + " elements in "
                            + remaining()
                            + " bytes");
        }
        return (int) count;
    }

    /**
     * Reads the byte count of a blob, which may exceed what a Java array holds; the bytes follow.
     */
    public long readBlobSize() throws ProtocolException {
        long size = readLong();
        if (size < 0 || size > remaining()) {
            throw malformed(
                    Long.BYTES,
                    "a blob of "
                            + Long.toUnsignedString(size)
                            + " bytes in "
                            + remaining()
                            + " bytes");
        }
        return size;
    }

    /** Reads {@code SPSSequence<char>} as bytes. */
    public byte[] readBlob() throws ProtocolException {
        return readBytes(readCount(1));
    }

    /** Reads bytes; those that have not arrived yet get memory as they arrive. */
    private byte[] readBytes(int size) throws ProtocolException {
        requireObjects(size);
        long trusted = Math.max(window.byteSize() - position, TRUSTED_BYTES);
        byte[] bytes = new byte[(int) Math.min(size, trusted)];
        copyInto(MemorySegment.ofArray(bytes));
        while (bytes.length < size) {
            int done = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(size, 2L * done));
            copyInto(MemorySegment.ofArray(bytes).asSlice(done));
        }
        return bytes;
    }

    /** Reads {@code SPSString}, which must be UTF-8. */
    public String readString() throws ProtocolException {
        long start = offset();
        try {
            CharBuffer text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(readBlob()));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new MalformedSpsException(start, "a string that is not UTF-8");
        }
    }

    /** Fills {@code target} with the next bytes; from a stream they go there directly. */
    public void readInto(MemorySegment target) throws ProtocolException {
        copyInto(target);
        directBytes += target.byteSize();
    }

    private void copyInto(MemorySegment target) throws ProtocolException {
        long size = target.byteSize();
        require(size);
        long atHand = Math.min(size, window.byteSize() - position);
        MemorySegment.copy(window, position, target, 0, atHand);
        position += atHand;
        if (atHand < size) {
            stream.readFully(target.asSlice(atHand));
            beforeWindow += size - atHand;
        }
    }

    /** Skips {@code sizeBytes}. */
    public void skip(long sizeBytes) throws ProtocolException {
        require(sizeBytes);
        long left = sizeBytes;
        while (left > 0) {
            long atHand = window.byteSize() - position;
            if (atHand == 0) {
                refill();
                continue;
            }
            long step = Math.min(left, atHand);
            position += step;
            directBytes += step;
            left -= step;
        }
    }

    /** Reads all remaining bytes into an array. */
    public byte[] readRest() throws ProtocolException {
        if (remaining() > Integer.MAX_VALUE - 8) {
            throw malformed(0, remaining() + " bytes are too many for one call");
        }
        return readBytes((int) remaining());
    }

    /**
     * Consumes {@code sizeBytes} and returns the segment that holds them at offset {@link #taken}.
     */
    private MemorySegment take(int sizeBytes) throws ProtocolException {
        if (window.byteSize() - position >= sizeBytes) {
            taken = position;
            position += sizeBytes;
            return window;
        }
        require(sizeBytes);
        if (position == window.byteSize()) {
            refill();
            return take(sizeBytes);
        }
        copyInto(straddling.asSlice(0, sizeBytes));
        taken = 0;
        return straddling;
    }

    private void refill() throws ProtocolException {
        requireObjects(0);
        beforeWindow += window.byteSize();
        position = 0;
        window = MemorySegment.NULL;
        window = stream.next(remaining());
    }

    private void requireObjects(long more) throws MalformedSpsException {
        if (objectBytes() + more > mostObjectBytes) {
            throw malformed(
                    0,
                    "more than "
                            + mostObjectBytes
                            + " bytes of arguments, apart from the contents of memory");
        }
    }

    private void require(long sizeBytes) throws MalformedSpsException {
        if (sizeBytes < 0 || sizeBytes > remaining()) {
            throw malformed(
                    0,
                    Long.toUnsignedString(sizeBytes) + " bytes wanted, " + remaining() + " left");
        }
    }

    private MalformedSpsException malformed(int backBytes, String problem) {
        return new MalformedSpsException(offset() - backBytes, problem);
    }
}
