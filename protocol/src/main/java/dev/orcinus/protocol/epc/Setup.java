package dev.orcinus.protocol.epc;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.util.Map;

/**
 * The executor's first message. Mirrors LLVM's {@code SimpleRemoteEPCExecutorInfo}.
 *
 * @param triple the executor's target triple
 * @param pageSizeBytes its page size
 * @param bootstrapMap named values, each SPS bytes of a type that the key implies
 * @param bootstrapSymbols addresses of the services, by LLVM's names
 */
public record Setup(
        Triple triple,
        long pageSizeBytes,
        Map<String, byte[]> bootstrapMap,
        Map<String, ExecutorAddress> bootstrapSymbols) {
    private static final SpsCodec<Map<String, byte[]>> VALUES = SpsCodec.mapOf(Sps.BLOB);
    private static final SpsCodec<Map<String, ExecutorAddress>> SYMBOLS =
            SpsCodec.mapOf(Sps.ADDRESS);
    private static final int MINIMUM_BYTES = 4 * Long.BYTES;

    /** The codec of the message. */
    public static final SpsCodec<Setup> CODEC =
            SpsCodec.of(
                    MINIMUM_BYTES,
                    in ->
                            new Setup(
                                    readTriple(in),
                                    in.readLong(),
                                    VALUES.read(in),
                                    SYMBOLS.read(in)),
                    (out, setup) -> {
                        out.writeString(setup.triple.text()).writeLong(setup.pageSizeBytes);
                        VALUES.write(out, setup.bootstrapMap);
                        SYMBOLS.write(out, setup.bootstrapSymbols);
                    });

    private static Triple readTriple(SpsReader in) throws ProtocolException {
        long start = in.offset();
        String text = in.readString();
        if (text.isEmpty()) {
            throw new MalformedSpsException(start, "an empty target triple");
        }
        return new Triple(text);
    }
}
