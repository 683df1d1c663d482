package dev.orcinus.executor.service;

import static dev.orcinus.executor.TestSession.failure;
import static dev.orcinus.executor.TestSession.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.TestSession;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.protocol.epc.OrcinusNames;
import dev.orcinus.protocol.epc.ThreadLocalStorage;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ThreadLocalServiceTest {
    private static final Import ELSEWHERE =
            new Import("", new ExecutorAddress(0x77), 4, false, false);

    private TestSession session;

    @BeforeEach
    void start() throws Exception {
        session = new TestSession();
    }

    @AfterEach
    void leave() throws Exception {
        session.close();
    }

    private static Request request(Import... imports) {
        return new Request("x.o", new byte[] {1, 2}, 64, 16, false, List.of(8L), List.of(imports));
    }

    private static SpsWriter open(Request request, int owners) {
        SpsWriter out = new SpsWriter();
        ThreadLocalStorage.REQUEST.write(out, request);
        return out.writeInt(owners);
    }

    private Optional<String> close(ExecutorAddress handle) throws Exception {
        byte[] result =
                session.call(
                        OrcinusNames.CLOSE_THREAD_LOCALS, new SpsWriter().writeAddress(handle));
        return Sps.ERROR.read(new SpsReader(MemorySegment.ofArray(result)));
    }

    @Test
    void aBlockIsOpenedAndClosed() throws Exception {
        Block block =
                value(
                        ThreadLocalStorage.BLOCK,
                        session.call(OrcinusNames.OPEN_THREAD_LOCALS, open(request(), 2)));
        assertNotEquals(0, block.module());
        assertEquals(1, block.descriptors().size());
        assertEquals(Optional.empty(), close(block.handle()));
        assertEquals(Optional.empty(), close(block.handle()));
        assertEquals(Optional.empty(), close(block.handle().plus(1)));
        assertEquals(Optional.empty(), close(new ExecutorAddress(-1)));
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        assertEquals(
                "0 owners of a block",
                failure(session.call(OrcinusNames.OPEN_THREAD_LOCALS, open(request(), 0))));
        assertEquals(
                "x.o imports from thread-local storage 0x77, which is not open",
                failure(
                        session.call(
                                OrcinusNames.OPEN_THREAD_LOCALS, open(request(ELSEWHERE), 1))));
    }

    @Test
    void argumentsThatEndEarlyAreRefused() throws Exception {
        byte[] whole = open(request(ELSEWHERE), 1).toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            byte[] answer =
                    session.call(OrcinusNames.OPEN_THREAD_LOCALS, new SpsWriter().writeBytes(part));
            assertEquals(0, answer.length, "an out-of-band error for " + length + " bytes");
        }
    }

    @Test
    void alignmentsAndSizesAreChecked() throws Exception {
        byte[] whole = open(request(), 1).toBytes();
        int size = 8 + 3 + 8 + 2;
        for (int at : new int[] {size, size + 8}) {
            byte[] wrong = whole.clone();
            Arrays.fill(wrong, at, at + 8, (byte) -1);
            byte[] answer =
                    session.call(
                            OrcinusNames.OPEN_THREAD_LOCALS, new SpsWriter().writeBytes(wrong));
            assertTrue(answer.length == 0, "at " + at);
        }
    }
}
