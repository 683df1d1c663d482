package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.guest.GuestReader;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Loads and stores at any address of the process. An address that is not mapped, or may not be
 * written, is an error of the call. Mirrors LLVM's {@code mem_read_*} and {@code mem_write_*}
 * bootstrap functions.
 */
final class MemoryAccessService {
    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);
    private static final int CHUNK_BYTES = 64 << 10;

    /** The most that an array of Java may hold. */
    private static final long LARGEST_RESULT_BYTES = Integer.MAX_VALUE - 8L;

    private final GuestMemory memory;
    private final GuestReader reader;

    MemoryAccessService(GuestMemory memory) {
        this.memory = memory;
        this.reader = new GuestReader(memory);
    }

    /** Serves {@code void (seq<tuple<addr, T>>)} for a {@code T} of {@code sizeBytes}. */
    WrapperFunction writes(int sizeBytes) {
        return (session, in) -> {
            int count = in.readCount(Long.BYTES + sizeBytes);
            MemorySegment value = MemorySegment.ofArray(new byte[sizeBytes]);
            for (int i = 0; i < count; i++) {
                ExecutorAddress target = in.readAddress();
                in.readInto(value);
                if (!memory.tryWrite(value, target)) {
                    return refused(session, "write", target, sizeBytes);
                }
            }
            return Answer.now(WrapperFunctionResult.EMPTY);
        };
    }

    /** Serves {@code void (seq<tuple<addr, blob>>)}. */
    Answer writeBuffers(Session session, SpsReader in) throws ProtocolException {
        int count = in.readCount(2 * Long.BYTES);
        for (int i = 0; i < count; i++) {
            ExecutorAddress target = in.readAddress();
            long sizeBytes = in.readBlobSize();
            if (!write(in, sizeBytes, target)) {
                return refused(session, "write", target, sizeBytes);
            }
        }
        return Answer.now(WrapperFunctionResult.EMPTY);
    }

    /** Writes the next bytes of a request, piece by piece. */
    private boolean write(SpsReader in, long sizeBytes, ExecutorAddress target)
            throws ProtocolException {
        MemorySegment piece =
                MemorySegment.ofArray(new byte[(int) Math.min(sizeBytes, CHUNK_BYTES)]);
        long done = 0;
        do {
            MemorySegment part = piece.asSlice(0, Math.min(sizeBytes - done, CHUNK_BYTES));
            in.readInto(part);
            if (!memory.tryWrite(part, target.plus(done))) {
                return false;
            }
            done += part.byteSize();
        } while (done < sizeBytes);
        return true;
    }

    /** Serves {@code seq<T> (seq<addr>)} for a {@code T} of {@code sizeBytes}. */
    WrapperFunction reads(int sizeBytes) {
        return (session, in) -> {
            int count = in.readCount(Long.BYTES);
            SpsWriter out = new SpsWriter().writeLong(count);
            byte[] value = new byte[sizeBytes];
            for (int i = 0; i < count; i++) {
                ExecutorAddress source = in.readAddress();
                if (!memory.tryRead(source, MemorySegment.ofArray(value))) {
                    return refused(session, "read", source, sizeBytes);
                }
                out.writeBytes(value);
            }
            return Answer.now(WrapperFunctionResult.of(out.toBytes()));
        };
    }

    /**
     * Serves {@code seq<blob> (seq<range>)}. The bytes are read into the result, which has its
     * final size from the start: it may be large.
     */
    Answer readBuffers(Session session, SpsReader in) throws ProtocolException {
        List<AddressRange> ranges = RANGES.read(in);
        long left = session.options().argumentBytes();
        for (AddressRange range : ranges) {
            if (Long.compareUnsigned(range.sizeBytes(), left) > 0) {
                return tooMuch(session);
            }
            left -= range.sizeBytes();
        }
        long resultBytes =
                session.options().argumentBytes() - left + Long.BYTES * (ranges.size() + 1L);
        if (resultBytes > LARGEST_RESULT_BYTES) {
            return tooMuch(session);
        }
        SpsWriter out = new SpsWriter((int) resultBytes).writeLong(ranges.size());
        for (AddressRange range : ranges) {
            int sizeBytes = (int) range.sizeBytes();
            if (!memory.tryRead(range.start(), out.writeBlobToFill(sizeBytes))) {
                return refused(session, "read", range.start(), sizeBytes);
            }
        }
        return Answer.now(WrapperFunctionResult.of(out.toBytes()));
    }

    /** Serves {@code seq<string> (seq<addr>)}. */
    Answer readStrings(Session session, SpsReader in) throws ProtocolException {
        int count = in.readCount(Long.BYTES);
        SpsWriter out = new SpsWriter().writeLong(count);
        long left = session.options().argumentBytes();
        for (int i = 0; i < count; i++) {
            ExecutorAddress source = in.readAddress();
            Optional<byte[]> text = reader.text(source, left);
            if (text.isEmpty()) {
                return refused(session, "read a string", source, 0);
            }
            left -= text.get().length;
            out.writeBlob(text.get());
        }
        return Answer.now(WrapperFunctionResult.of(out.toBytes()));
    }

    private static Answer tooMuch(Session session) {
        long most = session.options().argumentBytes();
        return Answer.now(
                session.outOfBand("cannot read more than " + most + " bytes with one call"));
    }

    private static Answer refused(
            Session session, String what, ExecutorAddress address, long sizeBytes) {
        return Answer.now(
                session.outOfBand(
                        "cannot "
                                + what
                                + " "
                                + sizeBytes
                                + " bytes at "
                                + address
                                + ": not mapped for that"));
    }
}
