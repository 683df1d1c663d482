package dev.orcinus.executor.rehearsal;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a session as clang-repl has them: it has a dylib updated for each line, and links the
 * line when it is asked for the initializers. So it reserves and initializes memory twice, for code
 * and for its description. At its end it gives each piece back.
 */
final class LinesRehearsal {
    private static final long PAGE_BYTES = 0x10000;

    private final RehearsalLine line;
    private final byte[] code;
    private final Registrations registrations;
    private final List<ExecutorAddress> initialized = new ArrayList<>();
    private final List<ExecutorAddress> reserved = new ArrayList<>();

    /** Returns the actions that register the initializers of a line. */
    @FunctionalInterface
    interface Registrations {
        List<AllocActionCallPair> of(ExecutorAddress initializers, ExecutorAddress end);
    }

    /**
     * Creates a rehearsal.
     *
     * @param code the initializer of each line
     */
    LinesRehearsal(RehearsalLine line, byte[] code, Registrations registrations) {
        this.line = line;
        this.code = code;
        this.registrations = registrations;
    }

    /**
     * Has lines run.
     *
     * @param push the handler that is asked for initializers
     * @param update the function by which a controller updates a dylib
     * @param handle of the dylib
     */
    void run(int count, ExecutorAddress push, ExecutorAddress update, ExecutorAddress handle)
            throws IOException, ProtocolException {
        line.beforeAnswer(push, this::link);
        for (int i = 0; i < count; i++) {
            line.call(update, new SpsWriter().writeAddress(handle));
        }
        line.beforeAnswer(push, () -> {});
        for (ExecutorAddress piece : initialized) {
            giveBack(LlvmNames.MEMORY_DEINITIALIZE, piece);
        }
        for (ExecutorAddress piece : reserved) {
            giveBack(LlvmNames.MEMORY_RELEASE, piece);
        }
    }

    private void giveBack(String function, ExecutorAddress piece)
            throws IOException, ProtocolException {
        line.call(function, line.of(LlvmNames.MEMORY_INSTANCE).writeLong(1).writeAddress(piece));
    }

    private void link() throws IOException, ProtocolException {
        ExecutorAddress base = reserve(3);
        ExecutorAddress object = reserve(1);
        ExecutorAddress data = base.plus(PAGE_BYTES);
        ExecutorAddress function = base.plus(2 * PAGE_BYTES);
        byte[] pointer =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(function.value())
                        .array();
        byte[] frames = Rehearsal.ehFrame(2 * PAGE_BYTES);
        List<AllocActionCallPair> actions = new ArrayList<>();
        actions.add(
                new AllocActionCallPair(
                        frames(LlvmNames.REGISTER_EH_FRAMES_ACTION, base, frames.length),
                        frames(LlvmNames.DEREGISTER_EH_FRAMES_ACTION, base, frames.length)));
        actions.addAll(registrations.of(data, data.plus(Long.BYTES)));
        initialize(
                List.of(
                        segment(MemProt.READ, base, frames),
                        segment(MemProt.READ_WRITE, data, pointer),
                        segment(MemProt.READ_EXEC, function, code)),
                actions);
        byte[] description =
                new DebugDescription(line.triple(), code, function)
                        .function("rehearsed_line", 0, code.length)
                        .bytes();
        initialize(
                List.of(segment(MemProt.READ, object, description)),
                List.of(DebugDescription.registration(line, object, description.length)));
    }

    private ExecutorAddress reserve(int pages) throws IOException, ProtocolException {
        ExecutorAddress base =
                line.callForAddress(
                        LlvmNames.MEMORY_RESERVE,
                        line.of(LlvmNames.MEMORY_INSTANCE).writeLong(pages * PAGE_BYTES));
        reserved.add(base);
        return base;
    }

    private WrapperFunctionCall frames(String function, ExecutorAddress at, long sizeBytes)
            throws IOException {
        byte[] range = new SpsWriter().writeAddress(at).writeAddress(at.plus(sizeBytes)).toBytes();
        return new WrapperFunctionCall(line.symbol(function), range);
    }

    private void initialize(
            List<FinalizeRequest.Segment> segments, List<AllocActionCallPair> actions)
            throws IOException, ProtocolException {
        FinalizeRequest request = new FinalizeRequest(segments, actions);
        initialized.add(
                line.callForAddress(
                        LlvmNames.MEMORY_INITIALIZE,
                        line.of(LlvmNames.MEMORY_INSTANCE)
                                .writeBytes(FinalizeRequest.CODEC.encode(request))));
    }

    private static FinalizeRequest.Segment segment(
            MemProt prot, ExecutorAddress address, byte[] content) {
        AllocGroup group = new AllocGroup(prot, MemLifetime.STANDARD);
        return new FinalizeRequest.Segment(new SegmentHeader(group, address, PAGE_BYTES), content);
    }
}
