package dev.orcinus.protocol.sps;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes SPS data into a buffer that grows. One thread may use it. Mirrors LLVM's {@code
 * shared::SPSOutputBuffer}.
 */
public final class SpsWriter {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final int FIRST_CAPACITY_BYTES = 64;

    private byte[] bytes;
    private int size;

    /** An empty buffer. */
    public SpsWriter() {
        this(FIRST_CAPACITY_BYTES);
    }

    /** An empty buffer that has room for a number of bytes before it grows. */
    public SpsWriter(int capacityBytes) {
        bytes = new byte[capacityBytes];
    }

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes one byte. */
    public SpsWriter writeByte(byte value) {
        int at = grow(Byte.BYTES);
        bytes[at] = value;
        return this;
    }

    /** Writes {@code bool}. */
    public SpsWriter writeBoolean(boolean value) {
        return writeByte((byte) (value ? 1 : 0));
    }

    /** Writes {@code uint16} or {@code int16}. */
    public SpsWriter writeShort(short value) {
        int at = grow(Short.BYTES);
        SHORT.set(bytes, at, value);
        return this;
    }

    /** Writes {@code uint32} or {@code int32}. */
    public SpsWriter writeInt(int value) {
        int at = grow(Integer.BYTES);
        INT.set(bytes, at, value);
        return this;
    }

    /** Writes {@code uint64}, {@code int64} or an element count. */
    public SpsWriter writeLong(long value) {
        int at = grow(Long.BYTES);
        LONG.set(bytes, at, value);
        return this;
    }

    /** Writes {@code SPSExecutorAddr}. */
    public SpsWriter writeAddress(ExecutorAddress address) {
        return writeLong(address.value());
    }

    /** Writes {@code SPSString} as UTF-8. */
    public SpsWriter writeString(String text) {
        return writeBlob(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code SPSSequence<char>}: the byte count, then the bytes. */
    public SpsWriter writeBlob(byte[] blob) {
        return writeLong(blob.length).writeBytes(blob);
    }

    /** Writes bytes that are serialized already. */
    public SpsWriter writeBytes(byte[] raw) {
        int at = grow(raw.length);
        System.arraycopy(raw, 0, bytes, at, raw.length);
        return this;
    }

    /**
     * Writes the count of an {@code SPSSequence<char>} and makes room for its bytes.
     *
     * @return the bytes, all zero, which the caller may fill until it writes more
     */
    public MemorySegment writeBlobToFill(int sizeBytes) {
        writeLong(sizeBytes);
        int at = grow(sizeBytes);
        return MemorySegment.ofArray(bytes).asSlice(at, sizeBytes);
    }

    /**
     * Returns the bytes that have been written. It is no copy if they fill the buffer, which is
     * replaced before more is written.
     */
    public byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private int grow(int more) {
        int at = size;
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes =
                    Arrays.copyOf(
                            bytes,
                            (int)
                                    Math.min(
                                            Integer.MAX_VALUE - 8L,
                                            Math.max(needed, bytes.length * 2L)));
        }
        size = needed;
        return at;
    }
}
