package dev.orcinus.executor.session;

import dev.orcinus.executor.transport.FrameReader;
import dev.orcinus.executor.transport.FrameWriter;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.RegistrationException;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.runtime.guest.NoCodeException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One controller: its line, its memory, its calls. {@link #run} is the reader thread; it answers
 * what cannot block and hands the rest to guest threads. Mirrors LLVM's {@code
 * SimpleRemoteEPCServer}.
 */
public final class Session {
    private static final long LARGEST_CALL_BYTES = 64L << 20;

    private final WrapperTable table;
    private final HostChannel channel;
    private final SessionOptions options;
    private final Consumer<String> log;
    private final GuestRuntime guest;
    private final Set<ExecutorAddress> libraries = ConcurrentHashMap.newKeySet();
    private final FrameWriter writer;
    private final Dispatcher dispatcher;
    private final IdleWatch idle;
    private final AtomicLong callsServed = new AtomicLong();
    private final Map<ExecutorAddress, OfferedFunction> offered = new ConcurrentHashMap<>();

    /** A wrapper function of ours at an address in guest memory. */
    private record OfferedFunction(WrapperFunction function, boolean registers) {}

    /**
     * A session on {@code channel}, which it closes at its end.
     *
     * @param log takes a line for each error that the controller does not get to see
     */
    public Session(
            Guest guest,
            WrapperTable table,
            HostChannel channel,
            SessionOptions options,
            Consumer<String> log) {
        this.table = table;
        this.channel = channel;
        this.options = options;
        this.log = log;
        this.guest = new GuestRuntime(guest);
        this.writer = new FrameWriter(channel);
        this.dispatcher = new Dispatcher(writer);
        this.idle =
                new IdleWatch(
                        channel.isSocket(),
                        options,
                        this::activity,
                        () -> dispatcher.nudge(table.noHandler()),
                        System::nanoTime);
    }

    /** The session's guest, with all that it holds. */
    public GuestRuntime guest() {
        return guest;
    }

    /** The memory that the session holds. */
    public MemoryManager memory() {
        return guest.memory();
    }

    /**
     * Has calls of an address in guest memory served by a function of ours, without running what is
     * there.
     *
     * @param registers whether it only registers something, so that it can run on the reader thread
     */
    public void offer(ExecutorAddress address, WrapperFunction function, boolean registers) {
        offered.put(address, new OfferedFunction(function, registers));
    }

    /** Takes an offered function back; one that has not been offered is no error. */
    public void withdraw(ExecutorAddress address) {
        offered.remove(address);
    }

    /** The handles that the controller may look symbols up in. */
    public Set<ExecutorAddress> libraries() {
        return libraries;
    }

    /** Has the unwinder told of sections that were registered before their contents had arrived. */
    public void registerArrivedUnwindInfo() {
        try {
            guest.unwind().registerArrived();
        } catch (RegistrationException e) {
            log(e.getMessage());
        }
    }

    /** Writes a line about this session that its controller does not get to see. */
    public void log(String line) {
        log.accept(line);
    }

    /** Calls served so far. */
    public long callsServed() {
        return callsServed.get();
    }

    /**
     * Serves the controller until it leaves, then cleans up.
     *
     * @param dispatchFunction the address of the jit-dispatch function
     * @param dispatchContext its first argument for this session, not null
     */
    public SessionEnd run(ExecutorAddress dispatchFunction, ExecutorAddress dispatchContext) {
        Optional<String> failure = Optional.empty();
        try (FrameReader reader = new FrameReader(channel, writer, idle)) {
            channel.limitWrites(options.write());
            sendSetup(dispatchFunction, dispatchContext);
            serve(reader);
        } catch (LineException e) {
            failure = isLeftAtANudge(e) ? Optional.empty() : Optional.of(e.getMessage());
        } catch (ProtocolException | HostCallException e) {
            failure = Optional.of(e.getMessage());
        } catch (RuntimeException | Error bug) {
            failure = Optional.of("internal error: " + bug);
        }
        failure.ifPresent(this::hangUp);
        return end(failure);
    }

    /**
     * A controller that ends while a nudge is on its way to it resets the line instead of closing
     * it; all that it had here is gone already.
     */
    private boolean isLeftAtANudge(LineException failure) {
        return failure.getCause() instanceof HostCallException
                && dispatcher.isNudging()
                && activity() == Activity.EMPTY;
    }

    private void sendSetup(ExecutorAddress dispatchFunction, ExecutorAddress dispatchContext)
            throws LineException {
        Map<String, ExecutorAddress> symbols = new LinkedHashMap<>(table.bootstrapSymbols());
        symbols.put(LlvmNames.DISPATCH_FUNCTION, dispatchFunction);
        symbols.put(LlvmNames.DISPATCH_CONTEXT, dispatchContext);
        Setup setup =
                new Setup(
                        guest.guest().triple(),
                        guest.guest().memory().pageSizeBytes(),
                        Map.of(),
                        symbols);
        byte[] payload = Setup.CODEC.encode(setup);
        writer.send(
                new FrameHeader(payload.length, Opcode.SETUP, 0, ExecutorAddress.NULL), payload);
    }

    private void serve(FrameReader reader) throws ProtocolException {
        for (FrameHeader header = reader.next(); header != null; header = reader.next()) {
            requireServable(header);
            switch (header.opcode()) {
                case CALL_WRAPPER -> {
                    idle.onTraffic();
                    serveCall(header, reader);
                }
                case RESULT -> {
                    if (dispatcher.complete(header, reader.payload())) {
                        idle.onTraffic();
                    }
                }
                case HANGUP -> {
                    return;
                }
                case SETUP -> throw new MalformedFrameException("Unexpected Setup opcode");
            }
        }
    }

    /** A frame can be as large as what it fills; all others are calls with arguments. */
    private void requireServable(FrameHeader header) throws MalformedFrameException {
        if (header.payloadBytes() <= LARGEST_CALL_BYTES) {
            return;
        }
        long reservedBytes = memory().usage().reservedBytes();
        if (header.payloadBytes() - LARGEST_CALL_BYTES > reservedBytes) {
            throw new MalformedFrameException(
                    "Message size too large: a payload of "
                            + header.payloadBytes()
                            + " bytes, with "
                            + reservedBytes
                            + " bytes reserved; the limit is "
                            + LARGEST_CALL_BYTES
                            + " bytes more than that");
        }
    }

    private void serveCall(FrameHeader header, FrameReader reader) throws ProtocolException {
        callsServed.incrementAndGet();
        Answer answer = answer(header.tag(), reader.payload());
        switch (answer.place()) {
            case HERE -> hold(header.sequence(), answer.work().run());
            case GUEST_THREAD -> start(header.sequence(), answer.work(), guest.threads()::run);
            case ASIDE -> start(header.sequence(), answer.work(), guest.threads()::runAside);
        }
    }

    /**
     * Whatever is wrong with the arguments of a call spoils that call only; the rest of its frame
     * is passed over.
     */
    private Answer answer(ExecutorAddress tag, SpsReader arguments) throws ProtocolException {
        WrapperFunction function = functionAt(tag);
        return answer(
                function == null ? nativeFunction(tag) : function, FinalizeContext.NONE, arguments);
    }

    /** Our function at an address, or null. */
    private WrapperFunction functionAt(ExecutorAddress address) {
        WrapperFunction function = table.at(address);
        if (function != null) {
            return function;
        }
        OfferedFunction offer = offered.get(address);
        return offer == null ? null : offer.function;
    }

    private WrapperFunction nativeFunction(ExecutorAddress address) {
        return (_, arguments) -> {
            byte[] copy = arguments.readRest();
            return Answer.onGuestThread(() -> callNative(address, MemorySegment.ofArray(copy)));
        };
    }

    private Answer answer(WrapperFunction function, FinalizeContext context, SpsReader arguments)
            throws ProtocolException {
        try {
            return function.call(this, context, arguments);
        } catch (MalformedSpsException e) {
            return Answer.now(
                    outOfBand(
                            "Could not deserialize arguments for wrapper function call: "
                                    + e.getMessage()));
        } catch (RuntimeException | OutOfMemoryError e) {
            return Answer.now(outOfBand("internal error: " + e));
        }
    }

    /** An error that the controller sees as an empty result; the log gets the text. */
    public WrapperFunctionResult outOfBand(String message) {
        log.accept(message);
        return new WrapperFunctionResult.OutOfBandError(message);
    }

    /** Calls a wrapper function, ours or native, on this thread. */
    WrapperFunctionResult callHere(
            ExecutorAddress address, FinalizeContext context, MemorySegment arguments) {
        WrapperFunction function = functionAt(address);
        return function == null
                ? callNative(address, arguments)
                : callHere(function, context, arguments);
    }

    /** Calls one of our wrapper functions on this thread, which guest code may block. */
    public WrapperFunctionResult callHere(WrapperFunction function, MemorySegment arguments) {
        return callHere(function, FinalizeContext.NONE, arguments);
    }

    private WrapperFunctionResult callHere(
            WrapperFunction function, FinalizeContext context, MemorySegment arguments) {
        try {
            return answer(function, context, new SpsReader(arguments)).work().run();
        } catch (ProtocolException e) {
            return outOfBand(e.getMessage());
        }
    }

    private WrapperFunctionResult callNative(ExecutorAddress function, MemorySegment arguments) {
        try {
            CallOutcome<WrapperFunctionResult> outcome =
                    guest.calls().callWrapper(function, arguments);
            return outcome.isGone() ? gone(outcome) : outcome.value();
        } catch (NoCodeException e) {
            return outOfBand(
                    "call of wrapper function " + function + ": no executable memory there");
        }
    }

    /** The result of a call during which the guest has ended. */
    public WrapperFunctionResult gone(CallOutcome<?> outcome) {
        return outOfBand("the guest " + outcome.end().orElseThrow().describe());
    }

    /**
     * Whether the function only registers something with this process, without running guest code.
     */
    boolean isRegistration(ExecutorAddress function) {
        OfferedFunction offer = offered.get(function);
        return offer == null ? table.isRegistration(function) : offer.registers;
    }

    /** Binds the actions of an allocation, whose key is given, to this session. */
    public List<AllocationActions.Pair> bind(
            ExecutorAddress allocation, List<AllocActionCallPair> actions) {
        return WireAction.bind(this, FinalizeContext.of(allocation), actions);
    }

    /** Runs a deallocation: here if nothing of the guest's can be in the way, else aside. */
    public Answer deallocate(Deallocation deallocation) {
        if (guest.canDeallocateHere(deallocation)) {
            return Answer.now(Replies.errorOf(deallocation::run));
        }
        return Answer.aside(() -> Replies.errorOf(() -> guest.deallocate(deallocation)));
    }

    /** Guest code calls the controller. */
    public WrapperFunctionResult dispatch(ExecutorAddress tag, MemorySegment arguments) {
        return dispatcher.call(tag, arguments);
    }

    /**
     * The result is sent when the thread is idle again: a release that follows it retires idle
     * threads.
     */
    private void start(long sequence, Answer.Work work, Threads threads) throws LineException {
        try {
            var _ =
                    threads.run(work::run)
                            .whenComplete((result, bug) -> finish(sequence, result, bug));
        } catch (RejectedExecutionException e) {
            hold(sequence, outOfBand(e.getMessage()));
        }
    }

    private void finish(long sequence, WrapperFunctionResult result, Throwable bug) {
        try {
            hold(sequence, bug == null ? result : outOfBand("internal error: " + bug));
            writer.flush();
        } catch (LineException e) {
            String call = Long.toUnsignedString(sequence);
            log.accept("the result of call " + call + " cannot be sent: " + e.getMessage());
        }
    }

    /** Where work runs. */
    @FunctionalInterface
    private interface Threads {
        CompletableFuture<WrapperFunctionResult> run(Supplier<WrapperFunctionResult> work);
    }

    private void hold(long sequence, WrapperFunctionResult result) throws LineException {
        byte[] payload = result.wireBytes();
        writer.hold(
                new FrameHeader(payload.length, Opcode.RESULT, sequence, ExecutorAddress.NULL),
                payload);
    }

    private Activity activity() {
        if (guest.threads().running() > 0 || dispatcher.isWaiting()) {
            return Activity.BUSY;
        }
        boolean left = memory().hasAllocated() && memory().usage().allocationCount() == 0;
        return left ? Activity.EMPTY : Activity.HOLDING;
    }

    /** Tells the controller why; it may be gone already. */
    private void hangUp(String reason) {
        byte[] payload = Sps.ERROR.encode(Optional.of(reason));
        try {
            writer.send(
                    new FrameHeader(payload.length, Opcode.HANGUP, 0, ExecutorAddress.NULL),
                    payload);
        } catch (LineException e) {
            log.accept("the controller cannot be told: " + e.getMessage());
        }
    }

    private SessionEnd end(Optional<String> failure) {
        dispatcher.disconnect();
        SessionEnd end = new SessionEnd(failure, guest.end(options.grace(), log));
        channel.shutdown();
        writer.close();
        channel.close();
        return end;
    }

    /** Ends the line from another thread; {@link #run} then cleans up and returns. */
    public void shutdown() {
        channel.shutdown();
    }
}
