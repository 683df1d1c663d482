package dev.orcinus.executor;

import dev.orcinus.executor.rehearsal.Rehearsal;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A session of an executor in this process, over a loopback socket, with the controller's end of
 * it. All tests share one executor, because its native addresses stay for ever.
 */
public final class TestSession implements AutoCloseable {
    /** The guest in this process. */
    public static final Guest GUEST = HostProvider.current().guestInThisProcess();

    private static final Host HOST = HostProvider.current();

    /** The memory manager's prefix. */
    public static final String MEMORY = "__llvm_orc_SimpleExecutorMemoryManager_";

    /** The shared-memory mapper's prefix. */
    public static final String SHARED = "__llvm_orc_ExecutorSharedMemoryMapperService_";

    /** The dylib manager's prefix. */
    public static final String DYLIBS = "__llvm_orc_SimpleExecutorDylibManager_";

    /** The prefix of calls and memory access. */
    public static final String BOOT = "__llvm_orc_bootstrap_";

    private static final int LIMIT_MILLIS = 20_000;
    private static final List<String> LOG = new CopyOnWriteArrayList<>();
    private static final Executor EXECUTOR = makeExecutor(PresentedTarget.of(GUEST));

    /** An executor that presents itself as a Mac. */
    public static final Executor APPLE =
            makeExecutor(PresentedTarget.of(GUEST, new Triple("x86_64-apple-macosx13")));

    private final Executor executor;

    private final Socket line;
    private final DataInputStream in;
    private final OutputStream out;
    private final CompletableFuture<SessionEnd> end = new CompletableFuture<>();
    private final Setup setup;
    private long sequence;

    /** Creates a session with the usual limits. */
    public TestSession() throws IOException, HostCallException, ProtocolException {
        this(EXECUTOR, SessionOptions.DEFAULT);
    }

    /** Creates a session with these limits. */
    public TestSession(SessionOptions options)
            throws IOException, HostCallException, ProtocolException {
        this(EXECUTOR, options);
    }

    /** Creates a session of an executor with the usual limits. */
    public TestSession(Executor executor) throws IOException, HostCallException, ProtocolException {
        this(executor, SessionOptions.DEFAULT);
    }

    /** Creates a session of an executor with these limits. */
    public TestSession(Executor executor, SessionOptions options)
            throws IOException, HostCallException, ProtocolException {
        this.executor = executor;
        LOG.clear();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Listener listener = HOST.channels().listen(new InetSocketAddress(loopback, 0))) {
            line = new Socket();
            line.setReceiveBufferSize(4096);
            line.connect(listener.address());
            serve(listener.accept(), options);
        }
        line.setTcpNoDelay(true);
        line.setSoTimeout(LIMIT_MILLIS);
        in = new DataInputStream(line.getInputStream());
        out = line.getOutputStream();
        Frame first = receiveAny();
        if (!first.header.equals(header(first.payload.length, Opcode.SETUP, 0))) {
            throw new AssertionError(first.header);
        }
        setup = Setup.CODEC.read(reader(first.payload));
    }

    private static Executor makeExecutor(PresentedTarget target) {
        try {
            return new Executor(GUEST, target, LOG::add);
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    private void serve(HostChannel channel, SessionOptions options) {
        Thread reader =
                new Thread(
                        () -> {
                            try {
                                end.complete(executor.serve(channel, options));
                            } catch (RuntimeException | Error e) {
                                end.completeExceptionally(e);
                            }
                        },
                        "session");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * A frame from the executor.
     *
     * @param header the header
     * @param payload the payload
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Frame(FrameHeader header, byte[] payload) {
        /** Decodes the payload and returns the value. */
        public <T> T as(SpsCodec<T> codec) throws ProtocolException {
            return codec.read(reader(payload));
        }
    }

    /** Returns the executor that all sessions of this process share. */
    public static Executor executor() {
        return EXECUTOR;
    }

    /** Returns the executor's log lines since the last session began. */
    public static List<String> log() {
        return LOG;
    }

    /** Returns the Setup message. */
    public Setup setup() {
        return setup;
    }

    /** Returns the address of a bootstrap symbol. */
    public ExecutorAddress symbol(String name) {
        ExecutorAddress address = setup.bootstrapSymbols().get(name);
        if (address == null) {
            throw new AssertionError("no " + name);
        }
        return address;
    }

    /** Returns arguments that begin with the instance of a service. */
    public SpsWriter of(String service) {
        return new SpsWriter().writeAddress(symbol(service + "Instance"));
    }

    /** Calls a function by name, waits for the result and returns it. */
    public byte[] call(String function, SpsWriter arguments) throws IOException, ProtocolException {
        return call(symbol(function), arguments.toBytes());
    }

    /**
     * Calls a function by address and returns the result, which must be the next frame; an
     * out-of-band error is an empty result.
     */
    public byte[] call(ExecutorAddress function, byte... arguments)
            throws IOException, ProtocolException {
        long number = send(function, arguments);
        Frame result = receive();
        FrameHeader value = header(result.payload.length, Opcode.RESULT, number);
        FrameHeader error =
                new FrameHeader(
                        value.payloadBytes(), Opcode.RESULT, number, FrameHeader.OUT_OF_BAND_ERROR);
        if (!result.header.equals(value) && !result.header.equals(error)) {
            throw new AssertionError(result.header);
        }
        return result.header.equals(value) ? result.payload : new byte[0];
    }

    /** Calls a function without waiting; returns the sequence number. */
    public long send(ExecutorAddress function, byte... arguments) throws IOException {
        long number = sequence++;
        send(new FrameHeader(arguments.length, Opcode.CALL_WRAPPER, number, function), arguments);
        return number;
    }

    /** Sends a frame. */
    public void send(FrameHeader header, byte... payload) throws IOException {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES + payload.length];
        header.write(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, FrameHeader.SIZE_BYTES, payload.length);
        sendRaw(frame);
    }

    /** Sends bytes. */
    public void sendRaw(byte... bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Returns a header of a frame that is not a call. */
    public static FrameHeader header(long payloadBytes, Opcode opcode, long sequence) {
        return new FrameHeader(payloadBytes, opcode, sequence, ExecutorAddress.NULL);
    }

    /** Returns the next frame that is not a nudge. */
    public Frame receive() throws IOException, ProtocolException {
        Frame frame = receiveAny();
        while (isNudge(frame)) {
            frame = receiveAny();
        }
        return frame;
    }

    /** Returns whether a frame is a nudge: a call of a handler that no controller has. */
    public boolean isNudge(Frame frame) {
        return frame.header.opcode() == Opcode.CALL_WRAPPER
                && setup.bootstrapSymbols().containsValue(frame.header.tag());
    }

    /** Returns the next frame. */
    public Frame receiveAny() throws IOException, ProtocolException {
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        in.readFully(header);
        FrameHeader read = FrameHeader.read(MemorySegment.ofArray(header), 0);
        byte[] payload = new byte[(int) read.payloadBytes()];
        in.readFully(payload);
        return new Frame(read, payload);
    }

    /** Returns the error in the next frame, which must be a Hangup. */
    public String receiveHangup() throws IOException, ProtocolException {
        Frame hangup = receive();
        if (!hangup.header.equals(header(hangup.payload.length, Opcode.HANGUP, 0))) {
            throw new AssertionError(hangup.header);
        }
        return hangup.as(Sps.ERROR).orElseThrow();
    }

    /** Returns a reader of bytes. */
    public static SpsReader reader(byte[] bytes) {
        return new SpsReader(MemorySegment.ofArray(bytes));
    }

    /** Returns the value of an {@code SPSExpected}. */
    public static <T> T value(SpsCodec<T> codec, byte[] expected) throws ProtocolException {
        return switch (SpsCodec.expected(codec).read(reader(expected))) {
            case Expected.Value<T>(T value) -> value;
            case Expected.Failure<T>(String message) -> throw new AssertionError(message);
        };
    }

    /** Returns the message of an {@code SPSExpected} without a value. */
    public static String failure(byte[] expected) throws ProtocolException {
        SpsReader reader = reader(expected);
        if (reader.readBoolean()) {
            throw new AssertionError("a value");
        }
        return reader.readString();
    }

    /** Returns the message of an {@code SPSError}, "" for success. */
    public static String error(byte[] error) throws ProtocolException {
        return Sps.ERROR.read(reader(error)).orElse("");
    }

    /** Reserves memory and returns its address. */
    public ExecutorAddress reserve(long sizeBytes) throws IOException, ProtocolException {
        return value(
                Sps.ADDRESS, call(MEMORY + "reserve_wrapper", of(MEMORY).writeLong(sizeBytes)));
    }

    /** Returns a segment of one page, or of as many as the content needs. */
    public FinalizeRequest.Segment segment(MemProt prot, ExecutorAddress at, byte... content) {
        long page = setup.pageSizeBytes();
        long sizeBytes = Math.max(page, (content.length + page - 1) & -page);
        return new FinalizeRequest.Segment(
                new SegmentHeader(new AllocGroup(prot, MemLifetime.STANDARD), at, sizeBytes),
                content);
    }

    /** Initializes segments; returns the raw {@code SPSExpected} of the key. */
    public byte[] initialize(List<FinalizeRequest.Segment> segments, AllocActionCallPair... actions)
            throws IOException, ProtocolException {
        FinalizeRequest request = new FinalizeRequest(segments, List.of(actions));
        return call(
                MEMORY + "initialize_wrapper",
                of(MEMORY).writeBytes(FinalizeRequest.CODEC.encode(request)));
    }

    /** Puts code into new memory and returns its address. */
    public ExecutorAddress load(byte... code) throws IOException, ProtocolException {
        ExecutorAddress base = reserve(Math.max(code.length, 1));
        return value(Sps.ADDRESS, initialize(List.of(segment(MemProt.READ_EXEC, base, code))));
    }

    /** Calls {@code int main(int, char **)} of the guest and returns the status. */
    public long runAsMain(ExecutorAddress function, String... arguments)
            throws IOException, ProtocolException {
        SpsWriter request = new SpsWriter().writeAddress(function).writeLong(arguments.length);
        for (String argument : arguments) {
            request.writeString(argument);
        }
        return reader(call(BOOT + "run_as_main_wrapper", request)).readLong();
    }

    /** Calls {@code service + name} with one address in a list, and returns the error. */
    public String onAddress(String service, String name, ExecutorAddress address)
            throws IOException, ProtocolException {
        return error(call(service + name, of(service).writeLong(1).writeAddress(address)));
    }

    /** Lets a rehearsal act as the controller, from the Setup message on. */
    public void rehearse() throws IOException, ProtocolException {
        rehearsal().run();
    }

    /** Lets a rehearsal act as the controller, in which guest code crashes. */
    public void rehearseCrash() throws IOException, ProtocolException {
        rehearsal().withCrash().run();
    }

    private Rehearsal rehearsal() {
        byte[] payload = Setup.CODEC.encode(setup);
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        header(payload.length, Opcode.SETUP, 0).write(MemorySegment.ofArray(header), 0);
        InputStream start =
                new SequenceInputStream(
                        new ByteArrayInputStream(header), new ByteArrayInputStream(payload));
        return new Rehearsal(new SequenceInputStream(start, in), out);
    }

    /** Ends the output, so that the executor sees the end of the stream. */
    public void shutdownOutput() throws IOException {
        line.shutdownOutput();
    }

    /** Waits for the session's end, without ending the session. */
    public SessionEnd awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
        return end.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns whether the session has ended. */
    public boolean hasEnded() {
        return end.isDone();
    }

    /** Closes the line, and waits for the session's end. */
    public SessionEnd leave() throws IOException {
        line.close();
        try {
            return awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the session does not end", e);
        }
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
