package dev.orcinus.tests.session;

import static dev.orcinus.tests.controller.GuestCode.Function.ANSWER;
import static dev.orcinus.tests.controller.GuestCode.Function.APPEND;
import static dev.orcinus.tests.controller.GuestCode.Function.CALL_BACK_AND_CRASH;
import static dev.orcinus.tests.controller.GuestCode.Function.TWICE;
import static dev.orcinus.tests.controller.Services.failure;
import static dev.orcinus.tests.controller.Services.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.GuestCode;
import dev.orcinus.tests.controller.Memory;
import dev.orcinus.tests.controller.Services;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of allocation actions that are guest code. They write into shared memory of the session.
 * The test has its own mapping of it, which stays when the executor ends.
 */
final class GuestActionsTest {
    private static final int PAGE = 4096;
    private static final byte[] NOTHING = {};

    @TempDir Path directory;

    private ForkedSession session;
    private Controller controller;
    private Services services;
    private GuestCode guest;
    private ExecutorAddress base;
    private ExecutorAddress logAddress;
    private LongBuffer log;

    @BeforeEach
    void open() throws IOException, InterruptedException, ProtocolException {
        session = new ForkedSession(directory);
        controller = session.controller();
        services = session.services();
        guest = GuestCode.load(controller, services);
        base = value(services.reserve(4 * PAGE));
        SharedReservation shared = value(services.reserveShared(PAGE));
        logAddress = shared.address();
        log = map(Path.of("/dev/shm" + shared.name()));
    }

    private static LongBuffer map(Path object) throws IOException {
        try (FileChannel channel =
                FileChannel.open(object, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(MapMode.READ_WRITE, 0, PAGE)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer();
        }
    }

    @AfterEach
    void close() throws IOException {
        session.close();
    }

    /** Returns the entries that the actions have appended since the last call. */
    private List<Long> entries() {
        List<Long> entries = new ArrayList<>();
        for (int i = 1; i <= log.get(0); i++) {
            entries.add(log.get(i));
        }
        log.put(0, 0);
        return entries;
    }

    private WrapperFunctionCall append(long entry, boolean fails) {
        byte[] arguments =
                new SpsWriter()
                        .writeAddress(logAddress)
                        .writeLong(entry)
                        .writeLong(fails ? 1 : 0)
                        .toBytes();
        return new WrapperFunctionCall(guest.at(APPEND), arguments);
    }

    /** Returns a pair of actions that appends {@code entry}, and its negative at deallocation. */
    private AllocActionCallPair pair(long entry) {
        return new AllocActionCallPair(append(entry, false), append(-entry, false));
    }

    private AllocActionCallPair pairWhoseFinalizeFails(long entry) {
        return new AllocActionCallPair(append(entry, true), append(-entry, false));
    }

    private AllocActionCallPair pairWhoseDeallocFails(long entry) {
        return new AllocActionCallPair(append(entry, false), append(-entry, true));
    }

    private AllocActionCallPair pairWhoseDeallocCrashes(long entry) {
        ExecutorAddress nobody = controller.offer(_ -> new byte[0]);
        byte[] arguments = GuestCode.callback(controller, nobody).toBytes();
        return new AllocActionCallPair(
                append(entry, false),
                new WrapperFunctionCall(guest.at(CALL_BACK_AND_CRASH), arguments));
    }

    private FinalizeRequest request(ExecutorAddress address, AllocActionCallPair... actions) {
        return Memory.request(MemProt.READ_WRITE, address, PAGE, NOTHING, actions);
    }

    @Test
    void theyRunInOrderAndBackwardsAtDeinitialization() {
        value(services.initialize(request(base, pair(1), pair(2), pair(3))));
        assertEquals(List.of(1L, 2L, 3L), entries());
        assertEquals(Optional.empty(), services.deinitialize(base));
        assertEquals(List.of(-3L, -2L, -1L), entries());
    }

    @Test
    void aReservationsYoungestAllocationIsReleasedFirst() {
        value(services.initialize(request(base.plus(PAGE), pair(1))));
        value(services.initialize(request(base, pair(2))));
        entries();
        assertEquals(Optional.empty(), services.release(base));
        assertEquals(List.of(-2L, -1L), entries());
    }

    @Test
    void oneThatFailsUndoesThoseBeforeItAndIsNamed() {
        String message =
                failure(
                        services.initialize(
                                request(
                                        base,
                                        pair(1),
                                        pair(2),
                                        pairWhoseFinalizeFails(3),
                                        pair(4))));
        assertTrue(message.contains(guest.at(APPEND).toString()), message);
        assertEquals(List.of(1L, 2L, 3L, -2L, -1L), entries());
        assertEquals(base, value(services.initialize(request(base))), "its pages are free");
    }

    @Test
    void oneThatFailsAtTheEndStopsNoOther() {
        value(services.initialize(request(base, pair(1), pairWhoseDeallocFails(2), pair(3))));
        entries();
        String message = services.release(base).orElseThrow();
        assertTrue(message.contains(guest.at(APPEND).toString()), message);
        assertEquals(List.of(-3L, -2L, -1L), entries());
        assertTrue(services.release(base).isPresent(), "it has gone");
    }

    /** It has undone what those before it have done in the guest; the log is of both processes. */
    @Test
    void oneThatCrashesStopsNoOtherAndUndoesNone() {
        ExecutorAddress second = base.plus(PAGE);
        ExecutorAddress other = base.plus(2 * PAGE);
        value(services.initialize(request(base, pair(1), pair(2))));
        value(services.initialize(request(second, pair(3), pairWhoseDeallocCrashes(4), pair(5))));
        value(services.initialize(request(other, pair(6))));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        entries();
        assertTrue(services.deinitialize(base, second, other).isPresent());
        assertEquals(List.of(-6L, -5L, -6L, -5L, -3L, -2L, -1L), entries());
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
    }

    @Test
    void theOlderFormFreesWhatItCannotFinalize() {
        ExecutorAddress other = value(services.reserve(PAGE));
        String message =
                services.finalizeWhole(request(other, pair(1), pairWhoseFinalizeFails(2)))
                        .orElseThrow();
        assertTrue(message.contains(guest.at(APPEND).toString()), message);
        assertEquals(List.of(1L, 2L, -1L), entries());
        assertTrue(services.release(other).isPresent(), "it has gone");
    }

    @Test
    void aFunctionThatIsNoneIsAnError() {
        WrapperFunctionCall nowhere = new WrapperFunctionCall(new ExecutorAddress(0x10), NOTHING);
        String message =
                failure(
                        services.initialize(
                                request(
                                        base,
                                        pair(1),
                                        new AllocActionCallPair(
                                                nowhere, WrapperFunctionCall.NONE))));
        assertTrue(message.contains("0x10"), message);
        assertEquals(List.of(1L, -1L), entries());
    }

    @Test
    void aSessionThatEndsRunsThoseOfAllThatItHolds() throws IOException, InterruptedException {
        value(services.initialize(request(base, pair(1), pair(2))));
        ExecutorAddress other = value(services.reserve(PAGE));
        value(services.initialize(request(other, pair(3))));
        value(services.initialize(request(base.plus(PAGE), pairWhoseDeallocFails(4))));
        entries();
        controller.close();
        session.assertEnds(0);
        assertEquals(List.of(-4L, -3L, -2L, -1L), entries());
    }

    @Test
    void aSessionThatBreaksRunsThemToo() throws IOException, InterruptedException {
        value(services.initialize(request(base, pair(1))));
        entries();
        controller.reset();
        session.assertEnds(1);
        assertEquals(List.of(-1L), entries());
    }

    /**
     * Memory of finalize lifetime is freed after the actions have run; an action may be code in it.
     */
    @Test
    void finalizeLifetimeEndsWithTheActions() throws IOException {
        byte[] code = services.read(AddressRange.of(guest.base(), PAGE));
        ExecutorAddress passing = base.plus(PAGE);
        AllocGroup group = new AllocGroup(MemProt.READ_EXEC, MemLifetime.FINALIZE);
        FinalizeRequest.Segment segment =
                new FinalizeRequest.Segment(new SegmentHeader(group, passing, PAGE), code);
        ExecutorAddress function = passing.plus(guest.at(APPEND).minus(guest.base()));
        WrapperFunctionCall call = new WrapperFunctionCall(function, append(5, false).arguments());
        List<FinalizeRequest.Segment> segments = new ArrayList<>(request(base).segments());
        segments.add(segment);
        value(
                services.initialize(
                        new FinalizeRequest(
                                segments,
                                List.of(new AllocActionCallPair(call, append(-5, false))))));
        assertEquals(List.of(5L), entries());
        assertEquals(passing, value(services.initialize(request(passing))), "its pages are free");
        assertEquals(Optional.empty(), services.release(base));
        assertEquals(List.of(-5L), entries());
    }

    @Test
    void functionsOfTheGuest() {
        assertEquals(-84, services.runAsInt(guest.at(TWICE), -42));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
    }
}
