package dev.orcinus.executor.service;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.executor.session.WrapperTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the result of a call of guest code that ends the guest. */
final class GoneGuestTest {
    private static final long STATUS = 128 + 11;
    private static final String GONE = "the guest crashed with signal 11";

    private final FakeGuest guest = new FakeGuest();
    private final ExecutorAddress code = guest.memory().pages(PAGE, MemProt.READ_EXEC).start();
    private final List<String> log = new ArrayList<>();
    private final RunService service = new RunService();
    private Session session;

    @BeforeEach
    void makeSession() throws Exception {
        WrapperTable table = EmptyTable.of(guest);
        session =
                new Session(
                        guest,
                        table,
                        List.of(),
                        new FakeChannel(),
                        SessionOptions.DEFAULT,
                        log::add);
        guest.invoker()
                .onCall(
                        _ -> {
                            guest.invoker().end(new GuestEnd.Crashed(11, ExecutorAddress.NULL));
                            return 0L;
                        });
    }

    private void assertGone(
            WrapperFunctionResult wanted, WrapperFunction function, SpsWriter arguments) {
        WrapperFunctionResult result =
                session.callHere(function, MemorySegment.ofArray(arguments.toBytes()));
        assertArrayEquals(wanted.wireBytes(), result.wireBytes());
        assertEquals(List.of(code), guest.invoker().takeRan());
        assertEquals(List.of(), log);
    }

    /** A shell shows 128 and the signal. */
    @Test
    void duringMain() {
        assertGone(
                WrapperFunctionResult.of(Sps.UINT64.encode(STATUS)),
                service::main,
                new SpsWriter().writeAddress(code).writeLong(0));
    }

    @Test
    void duringAFunction() {
        assertGone(
                new OutOfBandError(GONE),
                service::voidFunction,
                new SpsWriter().writeAddress(code));
    }

    @Test
    void duringAFunctionOfAList() {
        assertGone(
                new OutOfBandError(GONE),
                service::voidFunctions,
                new SpsWriter()
                        .writeLong(2)
                        .writeAddress(code)
                        .writeAddress(code.plus(1))
                        .writeLong(0));
    }
}
