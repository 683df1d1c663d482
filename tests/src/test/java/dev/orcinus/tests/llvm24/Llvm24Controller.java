package dev.orcinus.tests.llvm24;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import org.opentest4j.AssertionFailedError;

/**
 * A controller that behaves as that of LLVM 24: it knows the new names only, takes two kinds of
 * results, answers calls of unknown handlers with an error that has a text, hangs up before it
 * leaves, and takes a line that ends without a hang-up as an error. It makes one call at a time, on
 * the thread of the test, which it stops after a time limit. Mirrors LLVM's {@code
 * SimpleRemoteEPC}.
 */
final class Llvm24Controller implements AutoCloseable {
    private static final int LIMIT_MILLIS = 60_000;
    private static final String CI = "orc_rt_ci_";
    private static final String MEMORY = "SimpleNativeMemoryMap_";
    private static final String DYLIBS = "NativeDylibManager_";
    private static final ExecutorAddress VALUE = ExecutorAddress.NULL;
    private static final ExecutorAddress OUT_OF_BAND_ERROR = new ExecutorAddress(1);
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);

    private final Socket socket;
    private final DataInputStream in;
    private final Setup setup;
    private long sequence;

    @SuppressWarnings("ArrayRecordComponent") // wire bytes; never compared
    private record Frame(FrameHeader header, byte[] payload) {}

    private Llvm24Controller(Socket socket) throws IOException, ProtocolException {
        this.socket = socket;
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(socket.getInputStream());
        Frame first = read();
        if (!first.header.equals(header(first.payload, Opcode.SETUP, 0, VALUE))) {
            throw new AssertionFailedError("the first frame is " + first.header);
        }
        this.setup = Setup.CODEC.read(reader(first.payload));
    }

    /** Connects to an executor, as {@code -oop-connect=tcp:connect=} does. */
    static Llvm24Controller connect(InetSocketAddress address)
            throws IOException, ProtocolException {
        return new Llvm24Controller(new Socket(address.getAddress(), address.getPort()));
    }

    /** Waits for an executor, as {@code -oop-connect=tcp:listen=} does. */
    static Llvm24Controller accept(ServerSocket server) throws IOException, ProtocolException {
        server.setSoTimeout(LIMIT_MILLIS);
        return new Llvm24Controller(server.accept());
    }

    static SpsReader reader(byte[] bytes) {
        return new SpsReader(MemorySegment.ofArray(bytes));
    }

    Setup setup() {
        return setup;
    }

    /** Returns the address of a name; fails as LLVM's look-up in the bootstrap dylib does. */
    ExecutorAddress symbol(String name) {
        ExecutorAddress address = setup.bootstrapSymbols().get(name);
        if (address == null) {
            throw new AssertionFailedError("Symbols not found: [ " + name + " ]");
        }
        return address;
    }

    /** Opens the process and returns its handle. */
    ExecutorAddress process() throws IOException, ProtocolException {
        return address(DYLIBS + "load", of(DYLIBS).writeString("").writeLong(0));
    }

    /** Returns the address of a symbol of the process. */
    ExecutorAddress processSymbol(ExecutorAddress process, String name)
            throws IOException, ProtocolException {
        return found(
                "sps_" + DYLIBS + "lookup",
                of(DYLIBS).writeAddress(process).writeBytes(lookupSet(name)));
    }

    /** Returns the address of an instance of a service. */
    ExecutorAddress instance(String name) throws IOException, ProtocolException {
        return found(
                "sps_Session_lookupInstanceSymbols", new SpsWriter().writeBytes(lookupSet(name)));
    }

    private static byte[] lookupSet(String name) {
        return LookupElement.SET_CODEC.encode(List.of(new LookupElement(name, true)));
    }

    private ExecutorAddress found(String lookup, SpsWriter arguments)
            throws IOException, ProtocolException {
        return value(SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS)), call(lookup, arguments))
                .getFirst()
                .orElseThrow();
    }

    ExecutorAddress reserve(long sizeBytes) throws IOException, ProtocolException {
        return address(MEMORY + "reserve", of(MEMORY).writeLong(sizeBytes));
    }

    /** Initializes memory, and returns the key. */
    ExecutorAddress initialize(FinalizeRequest request) throws IOException, ProtocolException {
        byte[] content = FinalizeRequest.CODEC.encode(request);
        return address(MEMORY + "initialize", of(MEMORY).writeBytes(content));
    }

    /** Takes initialized memory back; returns the error. */
    Optional<String> deinitialize(ExecutorAddress key) throws IOException, ProtocolException {
        return error(MEMORY + "deinitializeMultiple", key);
    }

    /** Releases reserved memory; returns the error. */
    Optional<String> release(ExecutorAddress base) throws IOException, ProtocolException {
        return error(MEMORY + "releaseMultiple", base);
    }

    /** Stores bytes. */
    void write(ExecutorAddress target, byte... bytes) throws IOException, ProtocolException {
        call(
                "sps_mem_write_buffers",
                new SpsWriter().writeLong(1).writeAddress(target).writeBlob(bytes));
    }

    /** Loads bytes. */
    byte[] read(AddressRange range) throws IOException, ProtocolException {
        byte[] result =
                call(
                        "sps_mem_read_buffers",
                        new SpsWriter()
                                .writeBytes(SpsCodec.sequence(Sps.RANGE).encode(List.of(range))));
        return SpsCodec.sequence(Sps.BLOB).read(reader(result)).getFirst();
    }

    private SpsWriter of(String service) {
        return new SpsWriter().writeAddress(symbol(CI + service + "Instance"));
    }

    private ExecutorAddress address(String function, SpsWriter arguments)
            throws IOException, ProtocolException {
        return value(Sps.ADDRESS, call("sps_" + function, arguments));
    }

    private Optional<String> error(String function, ExecutorAddress address)
            throws IOException, ProtocolException {
        byte[] list = ADDRESSES.encode(List.of(address));
        return Sps.ERROR.read(reader(call("sps_" + function, of(MEMORY).writeBytes(list))));
    }

    private static <T> T value(SpsCodec<T> codec, byte[] expected) throws ProtocolException {
        return switch (SpsCodec.expected(codec).read(reader(expected))) {
            case Expected.Value<T>(T value) -> value;
            case Expected.Failure<T>(String message) -> throw new AssertionFailedError(message);
        };
    }

    /** Calls a function by the rest of its name, and returns its result, which is a value. */
    byte[] call(String function, SpsWriter arguments) throws IOException, ProtocolException {
        return call(symbol(CI + function), arguments);
    }

    /** Calls a function, and returns its result, which is a value. */
    byte[] call(ExecutorAddress function, SpsWriter arguments)
            throws IOException, ProtocolException {
        Frame result = result(function, arguments);
        if (!result.header.tag().equals(VALUE)) {
            throw new AssertionFailedError("an error: " + reader(result.payload).readString());
        }
        return result.payload;
    }

    /** Calls a function, and returns the text of its result, which is an out-of-band error. */
    String callForError(ExecutorAddress function, SpsWriter arguments)
            throws IOException, ProtocolException {
        Frame result = result(function, arguments);
        if (!result.header.tag().equals(OUT_OF_BAND_ERROR)) {
            throw new AssertionFailedError("no error: " + result.header);
        }
        return reader(result.payload).readString();
    }

    private Frame result(ExecutorAddress function, SpsWriter arguments)
            throws IOException, ProtocolException {
        long number = sequence++;
        send(Opcode.CALL_WRAPPER, number, function, arguments.toBytes());
        Frame frame = read();
        while (frame.header.opcode() == Opcode.CALL_WRAPPER) {
            refuse(frame);
            frame = read();
        }
        FrameHeader expected = header(frame.payload, Opcode.RESULT, number, frame.header.tag());
        if (!frame.header.equals(expected)) {
            throw new AssertionFailedError("no result of call " + number + ": " + frame.header);
        }
        return frame;
    }

    /** Answers a call of the executor: this controller has no handlers. */
    private void refuse(Frame call) throws IOException {
        String text = "No function registered for tag " + call.header.tag();
        send(Opcode.RESULT, call.header.sequence(), OUT_OF_BAND_ERROR, Sps.STRING.encode(text));
    }

    /** Sends a frame. */
    void send(Opcode opcode, long number, ExecutorAddress tag, byte[] payload) throws IOException {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES + payload.length];
        header(payload, opcode, number, tag).write(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, FrameHeader.SIZE_BYTES, payload.length);
        socket.getOutputStream().write(frame);
    }

    private static FrameHeader header(
            byte[] payload, Opcode opcode, long number, ExecutorAddress tag) {
        return new FrameHeader(payload.length, opcode, number, tag);
    }

    private Frame read() throws IOException, ProtocolException {
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        in.readFully(header);
        FrameHeader decoded = FrameHeader.read(MemorySegment.ofArray(header), 0);
        byte[] payload = new byte[Math.toIntExact(decoded.payloadBytes())];
        in.readFully(payload);
        return new Frame(decoded, payload);
    }

    /** Hangs up and leaves, as LLVM's {@code disconnect} does: it does not wait. */
    void disconnect() throws IOException {
        send(Opcode.HANGUP, 0, ExecutorAddress.NULL, new byte[] {0});
        socket.close();
    }

    /** Waits for the executor's Hangup and the end of the line; returns the reason. */
    Optional<String> awaitHangup() throws IOException, ProtocolException {
        Frame frame;
        try {
            frame = read();
        } catch (EOFException e) {
            throw new AssertionFailedError("Connection closed without hangup", e);
        }
        if (!frame.header.equals(header(frame.payload, Opcode.HANGUP, 0, VALUE))) {
            throw new AssertionFailedError("no Hangup: " + frame.header);
        }
        Optional<String> reason = Sps.ERROR.read(reader(frame.payload));
        if (in.read() >= 0) {
            throw new AssertionFailedError("more after a Hangup");
        }
        return reason;
    }

    /** Leaves without a Hangup. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
