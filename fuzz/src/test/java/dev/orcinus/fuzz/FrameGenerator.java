package dev.orcinus.fuzz;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Makes frames that are nearly right: calls of the functions that an executor offers, with captured
 * arguments of which some words, bytes or lengths are others; and now and then a frame that ends
 * the session. One thread may use it.
 */
final class FrameGenerator {
    private static final int HEADERS_BETWEEN_BAD_ONES = 400;
    private static final long[] WORDS = {
        0, 1, 2, 31, 32, 4095, 4096, 1L << 16, 1L << 31, 1L << 32, 1L << 46, Long.MAX_VALUE, -1, -8,
    };

    private final SplittableRandom random;
    private final List<byte[]> payloads;
    private List<ExecutorAddress> functions = List.of();
    private List<ExecutorAddress> values = List.of();

    FrameGenerator(long seed) {
        random = new SplittableRandom(seed);
        payloads = new ArrayList<>();
        for (byte[] seeded : Seeds.messages().values()) {
            payloads.add(Arrays.copyOfRange(seeded, 2, seeded.length));
        }
    }

    /** Sets what the executor offers. */
    void offer(Map<String, ExecutorAddress> symbols) {
        functions = List.copyOf(symbols.values());
        values = new ArrayList<>(functions);
    }

    /** Notes bytes that the executor has written, whose words may be addresses. */
    void note(MemorySegment written) {
        if (written.byteSize() < FrameHeader.SIZE_BYTES + 9 || random.nextInt(8) != 0) {
            return;
        }
        long at = FrameHeader.SIZE_BYTES + 1L; // behind the flag of a result
        long word = written.get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, at);
        if (values.size() > 200) {
            values.remove(functions.size());
        }
        values.add(new ExecutorAddress(word));
    }

    /** Returns the next frame. */
    byte[] next() {
        if (random.nextInt(HEADERS_BETWEEN_BAD_ONES) == 0) {
            return bad();
        }
        byte[] payload = random.nextInt(4) == 0 ? written() : mutated();
        Opcode opcode =
                random.nextInt(HEADERS_BETWEEN_BAD_ONES) == 0 ? Opcode.RESULT : Opcode.CALL_WRAPPER;
        long tag = opcode == Opcode.RESULT ? 0 : function();
        return frame(opcode, random.nextLong(1 << 20), tag, payload);
    }

    private long function() {
        return random.nextInt(50) == 0 ? word() : one(functions);
    }

    private long one(List<ExecutorAddress> of) {
        return of.isEmpty() ? word() : of.get(random.nextInt(of.size())).value();
    }

    private long word() {
        return switch (random.nextInt(4)) {
            case 0 -> one(values);
            case 1 -> one(values) + random.nextInt(-16, 8192);
            case 2 -> WORDS[random.nextInt(WORDS.length)];
            default -> random.nextLong(1 << 14);
        };
    }

    /** Returns arguments that are made of words, lengths and some bytes. */
    private byte[] written() {
        SpsWriter out = new SpsWriter();
        for (int left = random.nextInt(1, 8); left > 0; left--) {
            switch (random.nextInt(6)) {
                case 0 -> out.writeByte((byte) random.nextInt(16));
                case 1 -> out.writeLong(random.nextInt(3));
                case 2 -> out.writeBlob(new byte[random.nextInt(40)]);
                default -> out.writeLong(word());
            }
        }
        return out.toBytes();
    }

    private byte[] mutated() {
        byte[] payload = payloads.get(random.nextInt(payloads.size())).clone();
        for (int left = random.nextInt(4); left > 0 && payload.length > 0; left--) {
            int at = random.nextInt(payload.length);
            switch (random.nextInt(4)) {
                case 0 -> payload[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> payload = Arrays.copyOf(payload, at);
                case 2 -> payload = Arrays.copyOf(payload, payload.length + random.nextInt(20));
                default -> putWord(payload, at & -Long.BYTES);
            }
        }
        return payload;
    }

    private void putWord(byte[] payload, int at) {
        byte[] word = new SpsWriter().writeLong(word()).toBytes();
        System.arraycopy(word, 0, payload, at, Math.min(word.length, payload.length - at));
    }

    /** Returns a frame that ends the session. */
    private byte[] bad() {
        return switch (random.nextInt(4)) {
            case 0 -> frame(Opcode.HANGUP, 0, 0, new byte[] {0});
            case 1 -> frame(Opcode.SETUP, 0, 0, mutated());
            case 2 -> header(WORDS[random.nextInt(WORDS.length)], random.nextLong(5));
            default -> header(random.nextLong(), random.nextLong(300));
        };
    }

    private byte[] header(long size, long opcode) {
        return new SpsWriter()
                .writeLong(size)
                .writeLong(opcode)
                .writeLong(0)
                .writeLong(function())
                .toBytes();
    }

    private static byte[] frame(Opcode opcode, long sequence, long tag, byte[] payload) {
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        new FrameHeader(payload.length, opcode, sequence, new ExecutorAddress(tag))
                .write(MemorySegment.ofArray(header), 0);
        return new SpsWriter().writeBytes(header).writeBytes(payload).toBytes();
    }
}
