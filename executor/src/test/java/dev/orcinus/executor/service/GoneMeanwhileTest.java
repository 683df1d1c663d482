package dev.orcinus.executor.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.executor.TestSession;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.executor.session.WrapperTable;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests of requests during which the guest ends, because a thread of guest code has crashed. The
 * controller can read each answer, and the log tells of the end once, elsewhere.
 */
final class GoneMeanwhileTest {
    private static final String MEMORY = "__llvm_orc_SimpleExecutorMemoryManager_";
    private static final String SHARED = "__llvm_orc_ExecutorSharedMemoryMapperService_";
    private static final String GONE = "the guest crashed with signal 11";
    private static final int RESERVED_BYTES = 0x10000;
    private static final byte READ_WRITE = 3;

    private final FakeGuest guest = new FakeGuest();
    private final List<String> log = new ArrayList<>();
    private WrapperTable table;
    private Session session;

    @BeforeEach
    void makeSession() throws Exception {
        Guest withLibraries = withLibraries();
        BootstrapServices services =
                new BootstrapServices(
                        withLibraries,
                        PresentedTarget.of(guest),
                        new NativeHooks(withLibraries, Map.of(), _ -> Optional.empty()),
                        _ -> ExportedFunction.wrapper(_ -> WrapperFunctionResult.EMPTY));
        table = services.table();
        session =
                new Session(
                        guest,
                        table,
                        services.services(),
                        new FakeChannel(),
                        SessionOptions.DEFAULT,
                        log::add);
    }

    /** Returns the guest with this process's libraries, because it has none. */
    private Guest withLibraries() {
        return (Guest)
                Proxy.newProxyInstance(
                        Guest.class.getClassLoader(),
                        new Class<?>[] {Guest.class},
                        (_, method, arguments) ->
                                method.getName().equals("libraries")
                                        ? TestSession.GUEST.libraries()
                                        : method.invoke(guest, arguments));
    }

    private SpsWriter with(String instance) {
        return new SpsWriter().writeAddress(table.bootstrapSymbols().get(instance));
    }

    private SpsWriter memory() {
        return with(MEMORY + "Instance");
    }

    /** Calls a function after the guest has ended, which no one has noticed so far. */
    private void assertGone(WrapperFunctionResult wanted, String name, SpsWriter arguments) {
        guest.memory().end(new GuestEnd.Crashed(11, ExecutorAddress.NULL));
        assertResult(wanted, name, arguments);
    }

    /** Calls a function after the guest has returned to an earlier state. */
    private void assertBack(WrapperFunctionResult wanted, String name, SpsWriter arguments) {
        guest.memory().end(null);
        assertResult(wanted, name, arguments);
    }

    private void assertResult(WrapperFunctionResult wanted, String name, SpsWriter arguments) {
        WrapperFunction function = table.at(table.bootstrapSymbols().get(name));
        WrapperFunctionResult result =
                session.callHere(function, MemorySegment.ofArray(arguments.toBytes()));
        assertArrayEquals(wanted.wireBytes(), result.wireBytes(), name);
        assertEquals(List.of(), log);
    }

    private void assertUsage(long reservedBytes, int allocations) {
        MemoryManager.Usage wanted = new MemoryManager.Usage(reservedBytes, allocations);
        assertEquals(wanted, session.memory().usage());
    }

    private void assertUnexpected(String name, SpsWriter arguments) {
        assertGone(Replies.unexpected(GONE), name, arguments);
    }

    private void assertError(String name, SpsWriter arguments) {
        assertGone(Replies.error(GONE), name, arguments);
    }

    private SpsWriter segment(ExecutorAddress at) {
        return memory().writeLong(1)
                .writeByte(READ_WRITE)
                .writeAddress(at)
                .writeLong(FakeGuestMemory.PAGE)
                .writeLong(0)
                .writeLong(0);
    }

    @Test
    void memoryIsReserved() {
        assertUnexpected(MEMORY + "reserve_wrapper", memory().writeLong(RESERVED_BYTES));
        assertUnexpected(SHARED + "Reserve", with(SHARED + "Instance").writeLong(RESERVED_BYTES));
    }

    @Test
    void memoryIsInitialized() throws Exception {
        ExecutorAddress base = session.memory().reserve(RESERVED_BYTES);
        assertUnexpected(MEMORY + "initialize_wrapper", segment(base));
        assertUsage(RESERVED_BYTES, 0);
        assertBack(
                Replies.expected(Sps.ADDRESS, base), MEMORY + "initialize_wrapper", segment(base));
        assertUsage(RESERVED_BYTES, 1);
    }

    /** The guest still has the memory if it returns. */
    @Test
    void memoryIsDeinitialized() throws Exception {
        ExecutorAddress base = session.memory().reserve(RESERVED_BYTES);
        assertResult(
                Replies.expected(Sps.ADDRESS, base), MEMORY + "initialize_wrapper", segment(base));
        SpsWriter key = memory().writeLong(1).writeAddress(base);
        assertError(MEMORY + "deinitialize_wrapper", key);
        assertUsage(RESERVED_BYTES, 1);
        assertBack(Replies.success(), MEMORY + "deinitialize_wrapper", key);
        assertUsage(RESERVED_BYTES, 0);
        assertResult(
                Replies.expected(Sps.ADDRESS, base), MEMORY + "initialize_wrapper", segment(base));
    }

    @Test
    void memoryIsFinalized() throws Exception {
        ExecutorAddress base = session.memory().reserve(FakeGuestMemory.PAGE);
        assertError(MEMORY + "finalize_wrapper", segment(base));
        assertUsage(FakeGuestMemory.PAGE, 0);
        assertBack(Replies.success(), MEMORY + "finalize_wrapper", segment(base));
        assertUsage(FakeGuestMemory.PAGE, 1);
    }

    @Test
    void memoryIsGivenBack() throws Exception {
        ExecutorAddress base = session.memory().reserve(RESERVED_BYTES);
        SpsWriter bases = memory().writeLong(1).writeAddress(base);
        assertError(MEMORY + "release_wrapper", bases);
        assertUsage(RESERVED_BYTES, 0);
        assertBack(Replies.success(), MEMORY + "release_wrapper", bases);
        assertUsage(0, 0);
        assertFalse(guest.memory().isMapped(base));
    }
}
