package dev.orcinus.protocol.epc;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.List;

/**
 * What a controller tells of an object's code for the Linux tool perf. Sizes and numbers that
 * follow from the rest, the thread, and unwind info are skipped when it is read. Mirrors LLVM's
 * {@code PerfJITRecordBatch}.
 *
 * @param functions the functions
 * @param lines the lines of functions of which some are known
 */
public record PerfRecordBatch(List<Function> functions, List<Lines> lines) {
    private static final int PREFIX_BYTES = 2 * Integer.BYTES;
    private static final int LOAD = 0;
    private static final int DEBUG_INFO = 2;
    private static final int UNWIND_WORDS = 4;

    /**
     * A function.
     *
     * @param name its symbol
     * @param start its address
     * @param sizeBytes its length
     */
    public record Function(String name, ExecutorAddress start, long sizeBytes) {
        private static final int SMALLEST_BYTES =
                PREFIX_BYTES + 2 * Integer.BYTES + 4 * Long.BYTES + Long.BYTES;

        static final SpsCodec<Function> CODEC =
                SpsCodec.of(SMALLEST_BYTES, Function::read, Function::write);

        private static Function read(SpsReader in) throws ProtocolException {
            skipPrefix(in);
            in.readInt(); // process
            in.readInt(); // thread
            in.readLong(); // address of the code while it runs, which is the same
            ExecutorAddress start = in.readAddress();
            long sizeBytes = in.readLong();
            in.readLong(); // number
            return new Function(in.readString(), start, sizeBytes);
        }

        private static void write(SpsWriter out, Function function) {
            out.writeInt(LOAD).writeInt(0).writeInt(0).writeInt(0);
            out.writeAddress(function.start).writeAddress(function.start);
            out.writeLong(function.sizeBytes).writeLong(0).writeString(function.name);
        }
    }

    /**
     * The lines of a function.
     *
     * @param function the function's address
     * @param lines its lines
     */
    public record Lines(ExecutorAddress function, List<Line> lines) {
        private static final SpsCodec<List<Line>> LINES = SpsCodec.sequence(Line.CODEC);

        static final SpsCodec<Lines> CODEC =
                SpsCodec.of(
                        PREFIX_BYTES + 2 * Long.BYTES,
                        in -> {
                            skipPrefix(in);
                            return new Lines(in.readAddress(), LINES.read(in));
                        },
                        (out, lines) -> {
                            out.writeInt(DEBUG_INFO).writeInt(0).writeAddress(lines.function);
                            LINES.write(out, lines.lines);
                        });
    }

    /**
     * A line of a source file.
     *
     * @param address its first instruction
     * @param number from 1
     * @param discriminator of parts of a line
     * @param file the path
     */
    public record Line(ExecutorAddress address, int number, int discriminator, String file) {
        static final SpsCodec<Line> CODEC =
                SpsCodec.of(
                        2 * Long.BYTES + 2 * Integer.BYTES,
                        in ->
                                new Line(
                                        in.readAddress(),
                                        in.readInt(),
                                        in.readInt(),
                                        in.readString()),
                        (out, line) ->
                                out.writeAddress(line.address)
                                        .writeInt(line.number)
                                        .writeInt(line.discriminator)
                                        .writeString(line.file));
    }

    private static final SpsCodec<List<Function>> FUNCTIONS = SpsCodec.sequence(Function.CODEC);
    private static final SpsCodec<List<Lines>> LINES = SpsCodec.sequence(Lines.CODEC);

    /** {@code SPSPerfJITRecordBatch}. */
    public static final SpsCodec<PerfRecordBatch> CODEC =
            SpsCodec.of(
                    2 * Long.BYTES + PREFIX_BYTES + (UNWIND_WORDS + 2) * Long.BYTES,
                    PerfRecordBatch::read,
                    PerfRecordBatch::write);

    private static PerfRecordBatch read(SpsReader in) throws ProtocolException {
        PerfRecordBatch batch = new PerfRecordBatch(FUNCTIONS.read(in), LINES.read(in));
        skipPrefix(in);
        for (int i = 0; i < UNWIND_WORDS; i++) {
            in.readLong();
        }
        in.readBlob();
        in.readLong();
        return batch;
    }

    private static void write(SpsWriter out, PerfRecordBatch batch) {
        FUNCTIONS.write(out, batch.functions);
        LINES.write(out, batch.lines);
        out.writeBytes(new byte[PREFIX_BYTES + (UNWIND_WORDS + 2) * Long.BYTES]);
    }

    private static void skipPrefix(SpsReader in) throws ProtocolException {
        in.readInt();
        in.readInt();
    }
}
