package dev.orcinus.protocol.sps;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import java.util.Optional;

/** The codecs of SPS's own types. */
public final class Sps {
    /** {@code bool}. */
    public static final SpsCodec<Boolean> BOOL =
            SpsCodec.of(1, SpsReader::readBoolean, SpsWriter::writeBoolean);

    /** {@code uint8}, {@code int8}, {@code char}. */
    public static final SpsCodec<Byte> UINT8 =
            SpsCodec.of(1, SpsReader::readByte, SpsWriter::writeByte);

    /** {@code uint16}, {@code int16}. */
    public static final SpsCodec<Short> UINT16 =
            SpsCodec.of(2, SpsReader::readShort, SpsWriter::writeShort);

    /** {@code uint32}, {@code int32}. */
    public static final SpsCodec<Integer> UINT32 =
            SpsCodec.of(4, SpsReader::readInt, SpsWriter::writeInt);

    /** {@code uint64}, {@code int64}. */
    public static final SpsCodec<Long> UINT64 =
            SpsCodec.of(8, SpsReader::readLong, SpsWriter::writeLong);

    /** {@code SPSExecutorAddr}. */
    public static final SpsCodec<ExecutorAddress> ADDRESS =
            SpsCodec.of(8, SpsReader::readAddress, SpsWriter::writeAddress);

    /** {@code SPSExecutorAddrRange}: start, end. */
    public static final SpsCodec<AddressRange> RANGE =
            SpsCodec.of(
                    16,
                    Sps::readRange,
                    (out, range) -> out.writeAddress(range.start()).writeAddress(range.end()));

    /** {@code SPSString}. */
    public static final SpsCodec<String> STRING =
            SpsCodec.of(8, SpsReader::readString, SpsWriter::writeString);

    /** {@code SPSSequence<char>} as bytes. */
    public static final SpsCodec<byte[]> BLOB =
            SpsCodec.of(8, SpsReader::readBlob, SpsWriter::writeBlob);

    /** {@code SPSError}: empty for success, else the message. */
    public static final SpsCodec<Optional<String>> ERROR =
            SpsCodec.of(
                    1,
                    in -> in.readBoolean() ? Optional.of(in.readString()) : Optional.empty(),
                    (out, message) -> {
                        out.writeBoolean(message.isPresent());
                        message.ifPresent(out::writeString);
                    });

    private Sps() {}

    private static AddressRange readRange(SpsReader in) throws ProtocolException {
        long start = in.offset();
        ExecutorAddress first = in.readAddress();
        ExecutorAddress end = in.readAddress();
        if (end.compareTo(first) < 0) {
            throw new MalformedSpsException(
                    start, "a range that ends at " + end + ", before its start " + first);
        }
        return new AddressRange(first, end);
    }
}
