package dev.orcinus.loader.targets.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.OrcinusNames;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.SymbolDef;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes on the line, for each form of the services. */
@Timeout(60)
final class RemoteTargetTest {
    private static final ExecutorAddress BASE = new ExecutorAddress(0x7f00_0000_0000L);
    private static final ExecutorAddress TAG = new ExecutorAddress(0x55);
    private static final int MORE_THAN_A_LINE_HOLDS = 64 << 20;
    private static final byte[] SUCCESS = {0};
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);

    private ScriptedExecutor executor;

    @BeforeEach
    void open() throws Exception {
        executor = new ScriptedExecutor();
    }

    @AfterEach
    void close() throws Exception {
        executor.close();
    }

    private static Map<String, ExecutorAddress> symbols(MemoryForm memory) {
        return ScriptedExecutor.symbols(memory, DylibForm.NATIVE);
    }

    private static <T> Future<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static <T> T await(Future<T> call) throws Exception {
        return call.get(10, TimeUnit.SECONDS);
    }

    private AddressRange reserve(RemoteTarget target) throws Exception {
        Future<AddressRange> reservation = start(() -> target.reserve(5000));
        AddressRange expected = AddressRange.of(BASE, 0x2000);
        SpsReader arguments =
                reader(
                        target.sharesReservations()
                                ? executor.answerValue(Sps.RANGE, expected)
                                : executor.answerValue(Sps.ADDRESS, BASE));
        arguments.readAddress();
        assertEquals(0x2000, arguments.readLong());
        assertEquals(expected, await(reservation));
        return expected;
    }

    private static SpsReader reader(LineReader.Frame frame) {
        return new SpsReader(MemorySegment.ofArray(frame.payload()));
    }

    private static SegmentPlan plan(MemProt prot, ExecutorAddress address, int contentBytes) {
        AllocGroup group = new AllocGroup(prot, MemLifetime.STANDARD);
        return new SegmentPlan(group, address, contentBytes, 0x1000);
    }

    /**
     * Begins an allocation of two segments, the higher first, with the contents "code" and "data!".
     */
    private static TargetAllocation begin(RemoteTarget target) {
        TargetAllocation allocation =
                target.begin(
                        List.of(
                                plan(MemProt.READ_EXEC, BASE.plus(0x1000), 4),
                                plan(MemProt.READ_WRITE, BASE, 5)));
        fill(allocation.content(0), "code");
        fill(allocation.content(1), "data!");
        return allocation;
    }

    private static void fill(MemorySegment target, String text) {
        target.copyFrom(MemorySegment.ofArray(text.getBytes(US_ASCII)));
    }

    private static byte[] request(ExecutorAddress instance, List<AllocActionCallPair> actions) {
        AllocGroup code = new AllocGroup(MemProt.READ_EXEC, MemLifetime.STANDARD);
        AllocGroup data = new AllocGroup(MemProt.READ_WRITE, MemLifetime.STANDARD);
        FinalizeRequest request =
                new FinalizeRequest(
                        List.of(
                                new FinalizeRequest.Segment(
                                        new SegmentHeader(code, BASE.plus(0x1000), 0x1000),
                                        "code".getBytes(US_ASCII)),
                                new FinalizeRequest.Segment(
                                        new SegmentHeader(data, BASE, 0x1000),
                                        "data!".getBytes(US_ASCII))),
                        actions);
        SpsWriter out = new SpsWriter().writeAddress(instance);
        FinalizeRequest.CODEC.write(out, request);
        return out.toBytes();
    }

    private static TargetAction.Pair callAtTheEnd() {
        return new TargetAction.Pair(TargetAction.NONE, new TargetAction.CallWrapper(TAG));
    }

    private static WrapperFunctionCall call(ExecutorAddress function) {
        return new WrapperFunctionCall(function, new byte[0]);
    }

    private static byte[] addresses(ExecutorAddress instance, ExecutorAddress... addresses) {
        SpsWriter out = new SpsWriter().writeAddress(instance);
        ADDRESSES.write(out, List.of(addresses));
        return out.toBytes();
    }

    private static void assertCalls(
            LineReader.Frame frame, ExecutorAddress function, byte[] arguments) {
        assertEquals(Opcode.CALL_WRAPPER, frame.header().opcode());
        assertEquals(function, frame.header().tag());
        assertArrayEquals(arguments, frame.payload());
    }

    @Test
    void finalizesInOneRequestAndInPlace() throws Exception {
        Map<String, ExecutorAddress> symbols = symbols(MemoryForm.NATIVE);
        ScriptedExecutor.offer(symbols, List.of(OrcinusNames.RESERVE_SLAB));
        ExecutorAddress instance = symbols.get(MemoryForm.NATIVE.instance());
        try (RemoteTarget target = executor.target(symbols)) {
            assertTrue(target.sharesReservations());
            reserve(target);
            PendingAllocation pending =
                    begin(target)
                            .finish(
                                    List.of(
                                            new TargetAction.Pair(
                                                    TargetAction.NONE, TargetAction.NONE),
                                            callAtTheEnd()));
            AllocActionCallPair action =
                    new AllocActionCallPair(WrapperFunctionCall.NONE, call(TAG));
            assertCalls(
                    executor.answerValue(Sps.ADDRESS, BASE),
                    symbols.get(MemoryForm.NATIVE.initialize()),
                    request(instance, List.of(action)));
            assertEquals(BASE, pending.await());
            Future<Void> deallocation = deallocate(target, BASE);
            assertCalls(
                    executor.answer(SUCCESS),
                    symbols.get(MemoryForm.NATIVE.deinitialize()),
                    addresses(instance, BASE));
            await(deallocation);
        }
    }

    private static Future<Void> deallocate(RemoteTarget target, ExecutorAddress... keys) {
        return start(
                () -> {
                    target.deallocate(List.of(keys));
                    return null;
                });
    }

    @Test
    void wholeReservationsHaveNoKeyAndNoNullAction() throws Exception {
        Map<String, ExecutorAddress> symbols = symbols(MemoryForm.WHOLE);
        ExecutorAddress instance = symbols.get(MemoryForm.WHOLE.instance());
        ExecutorAddress deallocate = symbols.get(MemoryForm.WHOLE.release());
        try (RemoteTarget target = executor.target(symbols)) {
            assertFalse(target.sharesReservations());
            AddressRange reservation = reserve(target);
            PendingAllocation pending = begin(target).finish(List.of(callAtTheEnd()));
            WrapperFunctionCall nothing = new WrapperFunctionCall(deallocate, addresses(instance));
            assertCalls(
                    executor.answer(SUCCESS),
                    symbols.get(MemoryForm.WHOLE.initialize()),
                    request(instance, List.of(new AllocActionCallPair(nothing, call(TAG)))));
            assertEquals(BASE, pending.await());
            Future<Void> deallocation = deallocate(target, BASE);
            assertCalls(executor.answer(SUCCESS), deallocate, addresses(instance, BASE));
            await(deallocation);
            target.release(reservation);
        }
    }

    @Test
    void aReservationGoesWithItsFailedAllocation() throws Exception {
        Map<String, ExecutorAddress> symbols = symbols(MemoryForm.PARTS);
        try (RemoteTarget target = executor.target(symbols)) {
            reserve(target);
            PendingAllocation pending = begin(target).finish(List.of());
            executor.answer(SpsCodec.expected(Sps.ADDRESS).encode(failure("too bad")));
            Future<ExecutorAddress> key = start(pending::await);
            LineReader.Frame release = executor.answer(SUCCESS);
            assertEquals(symbols.get(MemoryForm.PARTS.release()), release.header().tag());
            assertTrue(failure(key).endsWith("finalize 2 segments at " + BASE + ": too bad"));
        }
    }

    private static <T> Expected<T> failure(String message) {
        return new Expected.Failure<>(message);
    }

    private static String failure(Future<?> call) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> await(call));
        assertTrue(e.getCause() instanceof TargetException, e::toString);
        return e.getCause().getMessage();
    }

    @Test
    void closingDeallocatesTheYoungestFirst() throws Exception {
        Map<String, ExecutorAddress> symbols = symbols(MemoryForm.NATIVE);
        ScriptedExecutor.offer(symbols, List.of(OrcinusNames.RESERVE_SLAB));
        RemoteTarget target = executor.target(symbols);
        reserve(target);
        ExecutorAddress upper = BASE.plus(0x1000);
        for (ExecutorAddress key : List.of(upper, BASE)) {
            PendingAllocation pending =
                    target.begin(List.of(plan(MemProt.READ, key, 0))).finish(List.of());
            executor.answerValue(Sps.ADDRESS, key);
            pending.await();
        }
        Future<Void> closing =
                start(
                        () -> {
                            target.close();
                            return null;
                        });
        assertCalls(
                executor.answer(SUCCESS),
                symbols.get(MemoryForm.NATIVE.deinitialize()),
                addresses(symbols.get(MemoryForm.NATIVE.instance()), upper, BASE));
        assertEquals(Opcode.HANGUP, executor.next().header().opcode());
        assertEquals(null, executor.next());
        executor.leave();
        await(closing);
    }

    @Test
    void closingDoesNotWaitForDeallocationForEver() throws Exception {
        RemoteTarget target = executor.target(symbols(MemoryForm.PARTS));
        reserve(target);
        PendingAllocation pending = begin(target).finish(List.of());
        executor.answerValue(Sps.ADDRESS, BASE);
        pending.await();
        TargetException e = assertThrows(TargetException.class, target::close);
        assertTrue(e.getMessage().endsWith("no answer in 300 ms"), e::getMessage);
    }

    @Test
    void closingDoesNotWaitForAnExecutorThatReadsNothing() throws Exception {
        RemoteTarget target = executor.target(symbols(MemoryForm.PARTS));
        reserve(target);
        TargetAllocation allocation =
                target.begin(List.of(plan(MemProt.READ, BASE, MORE_THAN_A_LINE_HOLDS)));
        PendingAllocation pending = allocation.finish(List.of());
        target.close();
        assertThrows(TargetException.class, pending::await);
        assertTrue(
                CompletableFuture.supplyAsync(() -> isFreed(allocation.content(0)))
                        .get(10, TimeUnit.SECONDS));
    }

    private static boolean isFreed(MemorySegment content) {
        while (content.scope().isAlive()) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Test
    void findsWithLookup() throws Exception {
        assertFinds(
                DylibForm.LOOKUP,
                SpsCodec.sequence(SymbolDef.CODEC),
                List.of(SymbolDef.exported(BASE), SymbolDef.exported(ExecutorAddress.NULL)));
    }

    @Test
    void findsWithResolve() throws Exception {
        assertFinds(
                DylibForm.RESOLVE,
                SpsCodec.sequence(SpsCodec.optional(SymbolDef.CODEC)),
                List.of(Optional.of(SymbolDef.exported(BASE)), Optional.empty()));
    }

    @Test
    void findsWithNativeLookup() throws Exception {
        assertFinds(
                DylibForm.NATIVE,
                SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS)),
                List.of(Optional.of(BASE), Optional.of(ExecutorAddress.NULL)));
    }

    private <T> void assertFinds(DylibForm form, SpsCodec<T> codec, T answer) throws Exception {
        Map<String, ExecutorAddress> symbols = ScriptedExecutor.symbols(MemoryForm.PARTS, form);
        SpsWriter query = new SpsWriter();
        if (form != DylibForm.RESOLVE) {
            query.writeAddress(symbols.get(form.instance()));
        }
        query.writeAddress(TAG).writeLong(2);
        query.writeString("here").writeBoolean(false).writeString("gone").writeBoolean(false);
        try (RemoteTarget target = executor.target(symbols)) {
            Future<List<ExecutorAddress>> found =
                    start(() -> target.find(TAG, List.of("here", "gone")));
            assertCalls(
                    executor.answerValue(codec, answer), symbols.get(form.find()), query.toBytes());
            assertEquals(List.of(BASE, ExecutorAddress.NULL), await(found));
            assertEquals(List.of(), target.find(TAG, List.of()));
        }
    }

    @Test
    void answersOfTheWrongLengthAreRefused() throws Exception {
        try (RemoteTarget target = executor.target(symbols(MemoryForm.PARTS))) {
            Future<List<ExecutorAddress>> found = start(() -> target.find(TAG, List.of("f")));
            executor.answerValue(SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS)), List.of());
            assertTrue(failure(found).endsWith("look up 'f': it returned 0 addresses for 1 names"));
        }
    }

    @Test
    void oneBadAnswerSpoilsOneCall() throws Exception {
        try (RemoteTarget target = executor.target(symbols(MemoryForm.PARTS))) {
            Future<Integer> first = start(() -> target.call(BASE));
            executor.answer(new byte[0]);
            assertTrue(failure(first).contains("the executor reported an error without a text"));
            Future<Integer> second = start(() -> target.call(BASE));
            executor.answer(new byte[3]);
            assertTrue(failure(second).contains("the result cannot be decoded"));
            Future<Integer> third = start(() -> target.call(BASE));
            executor.answer(new byte[] {-2, -1, -1, -1});
            assertEquals(-2, await(third));
        }
    }

    @Test
    void anErrorOutOfBandHasItsText() throws Exception {
        try (RemoteTarget target = executor.target(symbols(MemoryForm.PARTS))) {
            Future<Integer> first = start(() -> target.call(BASE));
            answerError(Sps.STRING.encode("no code there"));
            assertTrue(failure(first).endsWith(": no code there"), failure(first));
            Future<Integer> second = start(() -> target.call(BASE));
            answerError(new byte[3]);
            assertTrue(failure(second).contains("whose text cannot be decoded"));
            assertTrue(target.isAlive());
        }
    }

    private void answerError(byte[] payload) throws Exception {
        long sequence = executor.next().header().sequence();
        executor.send(Opcode.RESULT, sequence, FrameHeader.OUT_OF_BAND_ERROR, payload);
    }

    private static Map<String, ExecutorAddress> symbolsOf24() {
        Map<String, ExecutorAddress> symbols = symbols(MemoryForm.NATIVE);
        ScriptedExecutor.offer(
                symbols,
                List.of(
                        LlvmNames.CALL_MAIN,
                        LlvmNames.CALL_INT32_VOID,
                        LlvmNames.REGISTER_EH_FRAMES_ACTION,
                        LlvmNames.DEREGISTER_EH_FRAMES_ACTION,
                        LlvmNames.NATIVE_REGISTER_EH_FRAMES_ACTION,
                        LlvmNames.NATIVE_DEREGISTER_EH_FRAMES_ACTION));
        return symbols;
    }

    @Test
    void newNamesArePreferred() throws Exception {
        Map<String, ExecutorAddress> symbols = symbolsOf24();
        symbols.keySet().removeIf(name -> name.startsWith("__llvm_orc_bootstrap_run"));
        assertCallsBy(symbols, LlvmNames.CALL_MAIN, LlvmNames.CALL_INT32_VOID);
        assertCallsBy(symbolsOf24(), LlvmNames.CALL_MAIN, LlvmNames.CALL_INT32_VOID);
    }

    private void assertCallsBy(Map<String, ExecutorAddress> symbols, String main, String voids)
            throws Exception {
        try (RemoteTarget target = executor.target(symbols)) {
            Future<Integer> status = start(() -> target.callMain(BASE, List.of()));
            LineReader.Frame call = executor.answer(Sps.UINT64.encode(3L));
            assertEquals(symbols.get(main), call.header().tag());
            assertEquals(3, await(status));
            Future<Integer> result = start(() -> target.call(BASE));
            call = executor.answer(Sps.UINT32.encode(4));
            assertEquals(symbols.get(voids), call.header().tag());
            assertEquals(4, await(result));
        }
    }

    /** LLVM 24 spells names as the object format does. */
    @Test
    void namesMayBeThoseOfMachO() throws Exception {
        Map<String, ExecutorAddress> symbols = new LinkedHashMap<>();
        symbolsOf24().forEach((name, address) -> symbols.put("_" + name, address));
        assertCallsBy(symbols, "_" + LlvmNames.CALL_MAIN, "_" + LlvmNames.CALL_INT32_VOID);
        try (RemoteTarget _ = executor.target(symbols)) {
            assertEquals("no handler has the tag 0x56", dispatchError(new ExecutorAddress(0x56)));
        }
    }

    @Test
    void newerExecutorsGetTheTextsOfHandlers() throws Exception {
        try (RemoteTarget _ = executor.target(symbolsOf24())) {
            executor.session()
                    .handle(
                            TAG,
                            _ -> {
                                throw new IOException("no");
                            });
            assertEquals("the handler has failed: java.io.IOException: no", dispatchError(TAG));
            assertEquals("no handler has the tag 0x56", dispatchError(new ExecutorAddress(0x56)));
            executor.session().handle(TAG, _ -> new byte[0]);
            assertArrayEquals(new byte[0], dispatch(TAG, 1));
        }
    }

    private String dispatchError(ExecutorAddress tag) throws Exception {
        executor.send(Opcode.CALL_WRAPPER, 9, tag, new byte[] {41});
        LineReader.Frame result = executor.next();
        assertEquals(FrameHeader.OUT_OF_BAND_ERROR, result.header().tag());
        return Sps.STRING.read(reader(result));
    }

    @Test
    void mainMayFail() throws Exception {
        try (RemoteTarget target = executor.target(symbols(MemoryForm.PARTS))) {
            Future<Integer> result = start(() -> target.callMain(BASE, List.of("prog", "\u00e4")));
            SpsWriter arguments = new SpsWriter().writeAddress(BASE).writeLong(2);
            arguments.writeString("prog").writeString("\u00e4");
            assertCalls(
                    executor.answer(Sps.UINT64.encode(-1L)),
                    ScriptedExecutor.RUN_MAIN,
                    arguments.toBytes());
            assertEquals(-1, await(result));
        }
    }

    @Test
    void anInterruptEndsTheWaitOnly() throws Exception {
        try (RemoteTarget target = executor.target(symbols(MemoryForm.PARTS))) {
            FutureTask<Integer> call = new FutureTask<>(() -> target.call(BASE));
            Thread caller = Thread.ofPlatform().start(call);
            executor.next();
            caller.interrupt();
            assertTrue(failure(call).endsWith("interrupted while waiting for the result"));
            reserveInterrupted(target);
        }
    }

    /** An interrupt of a thread that sends must not close the line. */
    private void reserveInterrupted(RemoteTarget target) throws Exception {
        Future<AddressRange> reservation =
                start(
                        () -> {
                            Thread.currentThread().interrupt();
                            return target.reserve(1);
                        });
        executor.answerValue(Sps.ADDRESS, BASE);
        assertEquals(BASE, await(reservation).start());
    }

    @Test
    void guestCodeReachesHandlersByTag() throws Exception {
        try (RemoteTarget _ = executor.target(symbols(MemoryForm.PARTS))) {
            RemoteSession session = executor.session();
            session.handle(TAG, arguments -> new byte[] {(byte) (arguments[0] + 1)});
            assertArrayEquals(new byte[] {42}, dispatch(TAG, 0));
            assertArrayEquals(new byte[0], dispatch(new ExecutorAddress(0x56), Long.MIN_VALUE));
            session.handle(
                    TAG,
                    _ -> {
                        throw new IOException("no");
                    });
            assertArrayEquals(new byte[0], dispatch(TAG, -1));
            session.handle(TAG, _ -> null);
            assertArrayEquals(new byte[0], dispatch(TAG, 1));
        }
    }

    private byte[] dispatch(ExecutorAddress tag, long sequence)
            throws IOException, ProtocolException {
        executor.send(Opcode.CALL_WRAPPER, sequence, tag, new byte[] {41});
        LineReader.Frame result = executor.next();
        assertEquals(Opcode.RESULT, result.header().opcode());
        assertEquals(sequence, result.header().sequence());
        assertEquals(ExecutorAddress.NULL, result.header().tag());
        return result.payload();
    }

    @Test
    void misuseIsRefused() throws Exception {
        try (RemoteTarget target = executor.target(symbols(MemoryForm.PARTS))) {
            assertThrows(IllegalArgumentException.class, () -> target.reserve(0));
            assertThrows(IllegalArgumentException.class, () -> target.begin(List.of()));
            assertThrows(TargetException.class, () -> begin(target));
            assertThrows(TargetException.class, () -> target.deallocate(List.of(BASE)));
        }
    }
}
