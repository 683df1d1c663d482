package dev.orcinus.executor.rehearsal;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Has guest code crash, by a fault and in a library. It must not be in the executor's process. */
final class CrashRehearsal {
    private static final long PAGE_BYTES = 0x10000;
    private static final int SECOND_FUNCTION = 16;

    private final RehearsalLine line;
    private final ExecutorAddress process;
    private final GuestCode code;

    /**
     * Creates a rehearsal.
     *
     * @param process the handle of the process
     * @param code the code to load
     */
    CrashRehearsal(RehearsalLine line, ExecutorAddress process, GuestCode code) {
        this.line = line;
        this.process = process;
        this.code = code;
    }

    void run() throws IOException, ProtocolException {
        ExecutorAddress base =
                line.callForAddress(
                        LlvmNames.MEMORY_RESERVE,
                        line.of(LlvmNames.MEMORY_INSTANCE).writeLong(2 * PAGE_BYTES));
        byte[] text = text();
        ExecutorAddress object = base.plus(PAGE_BYTES);
        byte[] description = description(text, base);
        FinalizeRequest request =
                new FinalizeRequest(
                        List.of(
                                segment(MemProt.READ_EXEC, base, text),
                                segment(MemProt.READ, object, description)),
                        List.of(DebugDescription.registration(line, object, description.length)));
        line.callForAddress(
                LlvmNames.MEMORY_INITIALIZE,
                line.of(LlvmNames.MEMORY_INSTANCE)
                        .writeBytes(FinalizeRequest.CODEC.encode(request)));
        line.call(LlvmNames.RUN_AS_VOID_FUNCTION, new SpsWriter().writeAddress(base));
        line.call(
                LlvmNames.RUN_AS_VOID_FUNCTION,
                new SpsWriter().writeAddress(base.plus(SECOND_FUNCTION)));
        line.call(
                LlvmNames.MEMORY_RELEASE,
                line.of(LlvmNames.MEMORY_INSTANCE).writeLong(1).writeAddress(base));
    }

    private static FinalizeRequest.Segment segment(
            MemProt prot, ExecutorAddress address, byte[] content) {
        AllocGroup group = new AllocGroup(prot, MemLifetime.STANDARD);
        return new FinalizeRequest.Segment(new SegmentHeader(group, address, PAGE_BYTES), content);
    }

    private byte[] description(byte[] text, ExecutorAddress address) {
        return new DebugDescription(line.triple(), text, address)
                .function("rehearsed_fault", 0, SECOND_FUNCTION)
                .function("rehearsed_call", SECOND_FUNCTION, (long) text.length - SECOND_FUNCTION)
                .bytes();
    }

    private byte[] text() throws IOException, ProtocolException {
        byte[] call = code.call(abort());
        ByteBuffer text = ByteBuffer.allocate(SECOND_FUNCTION + call.length);
        text.put(code.fault().bytes()).position(SECOND_FUNCTION);
        return text.put(call).array();
    }

    private ExecutorAddress abort() throws IOException, ProtocolException {
        byte[] names = LookupElement.SET_CODEC.encode(List.of(new LookupElement("abort", true)));
        SpsReader found =
                RehearsalLine.reader(
                        line.call(
                                LlvmNames.DYLIBS_LOOKUP,
                                line.of(LlvmNames.DYLIBS_INSTANCE)
                                        .writeAddress(process)
                                        .writeBytes(names)));
        if (!found.readBoolean() || found.readLong() != 1) {
            throw new IOException("the C library has no abort");
        }
        return found.readAddress();
    }
}
