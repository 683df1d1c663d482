package dev.orcinus.executor.service;

import static dev.orcinus.executor.TestSession.MEMORY;
import static dev.orcinus.executor.TestSession.SHARED;
import static dev.orcinus.executor.TestSession.error;
import static dev.orcinus.executor.TestSession.failure;
import static dev.orcinus.executor.TestSession.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.orcinus.executor.TestSession;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.SharedMemoryFinalizeRequest;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests for memory that name the wrong service, nothing, or memory of somebody else. */
@Timeout(60)
final class MemoryRequestsTest {
    private TestSession session;

    @BeforeEach
    void open() throws Exception {
        session = new TestSession();
    }

    @AfterEach
    void close() throws Exception {
        session.close();
    }

    private AllocActionCallPair action() {
        WrapperFunctionCall nothing = new WrapperFunctionCall(ExecutorAddress.NULL, new byte[0]);
        return new AllocActionCallPair(
                new WrapperFunctionCall(session.symbol(MEMORY + "reserve_wrapper"), new byte[0]),
                nothing);
    }

    @Test
    void anInstanceOfAnotherServiceIsRefused() throws Exception {
        String reserve = MEMORY + "reserve_wrapper";
        for (ExecutorAddress instance :
                List.of(session.symbol(SHARED + "Instance"), ExecutorAddress.NULL)) {
            byte[] result =
                    session.call(reserve, new SpsWriter().writeAddress(instance).writeLong(1));
            assertEquals(0, result.length, "an error out of band");
        }
        assertNotEquals(ExecutorAddress.NULL, session.reserve(1));
    }

    @Test
    void aRequestThatHasNothingToFinalizeIsRefused() throws Exception {
        assertEquals("Finalization request is empty", failure(session.initialize(List.of())));
        assertEquals(
                "Finalization actions attached to empty finalization request",
                failure(session.initialize(List.of(), action())));
    }

    private String finalizeWhole(
            List<FinalizeRequest.Segment> segments, AllocActionCallPair... actions)
            throws Exception {
        FinalizeRequest request = new FinalizeRequest(segments, List.of(actions));
        return error(
                session.call(
                        MEMORY + "finalize_wrapper",
                        session.of(MEMORY).writeBytes(FinalizeRequest.CODEC.encode(request))));
    }

    /** In the form of LLVM 19 and 20 an empty request is none. */
    @Test
    void theOlderFormHasNothingToFinalizeWithoutActions() throws Exception {
        assertEquals("", finalizeWhole(List.of()));
        assertEquals(
                "Finalization actions attached to empty finalization request",
                finalizeWhole(List.of(), action()));
    }

    /** With LLVM 19 and 20, the controller does not free what could not be finalized. */
    @Test
    void theOlderFormFreesAReservationThatCannotBeFinalized() throws Exception {
        ExecutorAddress whole = session.reserve(1);
        List<FinalizeRequest.Segment> segments =
                List.of(session.segment(MemProt.READ_WRITE, whole, (byte) 1));
        assertNotEquals("", finalizeWhole(segments, action()));
        assertEquals(
                "In release, " + whole + " is not part of any reserved address range",
                session.onAddress(MEMORY, "release_wrapper", whole));
        ExecutorAddress part = session.reserve(1);
        failure(
                session.initialize(
                        List.of(session.segment(MemProt.READ_WRITE, part, (byte) 1)), action()));
        assertEquals("", session.onAddress(MEMORY, "release_wrapper", part), "it stays");
    }

    @Test
    void sharedMemoryIsInitializedInAReservationOfTheSession() throws Exception {
        SharedReservation shared =
                value(
                        SharedReservation.CODEC,
                        session.call(SHARED + "Reserve", session.of(SHARED).writeLong(1)));
        SegmentHeader segment =
                session.segment(MemProt.READ_WRITE, shared.address(), (byte) 1).header();
        byte[] request =
                SharedMemoryFinalizeRequest.CODEC.encode(
                        new SharedMemoryFinalizeRequest(List.of(segment), List.of()));
        ExecutorAddress elsewhere = new ExecutorAddress(0x10);
        assertEquals(
                "In initialize, " + elsewhere + " is not part of any reserved address range",
                failure(
                        session.call(
                                SHARED + "Initialize",
                                session.of(SHARED).writeAddress(elsewhere).writeBytes(request))));
        assertEquals(
                shared.address(),
                value(
                        Sps.ADDRESS,
                        session.call(
                                SHARED + "Initialize",
                                session.of(SHARED)
                                        .writeAddress(shared.address())
                                        .writeBytes(request))));
    }
}
