package dev.orcinus.executor.session;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of calls of guest code's wrapper functions by address. */
final class NativeCallTest {
    private final FakeGuest guest = new FakeGuest();
    private final List<String> log = new ArrayList<>();
    private WrapperCalls functions;

    @BeforeEach
    void makeSession() throws Exception {
        WrapperTable table = EmptyTable.of(guest);
        Session session =
                new Session(
                        guest,
                        table,
                        List.of(),
                        new FakeChannel(),
                        SessionOptions.DEFAULT,
                        log::add);
        functions = new WrapperCalls(session, table);
    }

    private void assertCall(WrapperFunctionResult expected, ExecutorAddress function) {
        assertEquals(expected, functions.call(function, FinalizeContext.NONE, MemorySegment.NULL));
    }

    @Test
    void theResultIsTheFunctions() {
        ExecutorAddress code = guest.memory().pages(PAGE, MemProt.READ_EXEC).start();
        WrapperFunctionResult result = WrapperFunctionResult.of(new byte[] {1});
        guest.invoker().onWrapper(_ -> result);
        assertCall(result, code);
    }

    @Test
    void whatIsNoCodeIsRefused() {
        ExecutorAddress data = guest.memory().pages(PAGE, MemProt.READ_WRITE).start();
        String refusal = "call of wrapper function " + data + ": no executable memory there";
        assertCall(new OutOfBandError(refusal), data);
        assertEquals(List.of(refusal), log);
    }

    @Test
    void aGuestThatIsGoneIsAnError() {
        ExecutorAddress code = guest.memory().pages(PAGE, MemProt.READ_EXEC).start();
        guest.invoker().end(new GuestEnd.Lost("its memory was taken away"));
        String error = "the guest is gone: its memory was taken away";
        assertCall(new OutOfBandError(error), code);
        assertEquals(List.of(), log);
    }
}
