package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.guest.GuestThreads;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class ControllerCallsTest {
    private static final ExecutorAddress FUNCTION = new ExecutorAddress(0x10);

    private final FakeGuest guest = new FakeGuest();
    private final FakeChannel channel = new FakeChannel();
    private final List<String> log = new ArrayList<>();

    /** A reader for which no thread can be made. It may have given the line back before. */
    private static final class Refusing extends CallReader {
        @Override
        void start(Answer answer, GuestThreads threads, Done done) {
            throw new RejectedExecutionException("no thread for the call");
        }
    }

    @Test
    void theAnswerOfACallThatIsRefusedIsSentAtOnce() throws Exception {
        WrapperTable table =
                new WrapperTable(
                        guest,
                        PresentedTarget.of(guest),
                        List.of(),
                        Map.of(),
                        _ -> ExportedFunction.wrapper(_ -> WrapperFunctionResult.EMPTY));
        SessionOptions options = SessionOptions.DEFAULT;
        Session session = new Session(guest, table, List.of(), channel, options, log::add);
        WrapperCalls functions = new WrapperCalls(session, table);
        functions.offer(FUNCTION, (_, _) -> Answer.aside(() -> WrapperFunctionResult.EMPTY), false);
        ControllerCalls calls = new ControllerCalls(session, functions, 1 << 20);
        ControllerLine line = new ControllerLine(channel, options, () -> FUNCTION, calls, log::add);
        calls.serve(FUNCTION, new SpsReader(MemorySegment.NULL), line.new Reply(7), new Refusing());
        assertEquals(
                new FrameHeader(0, Opcode.RESULT, 7, ExecutorAddress.NULL),
                channel.writtenHeader(0));
        assertEquals(List.of("no thread for the call"), log);
    }
}
