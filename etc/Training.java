import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A controller for the run that the start-up cache is recorded from: does once what every LLVM client does, so that the classes for
 * it are in the cache. Started by make-app.sh with the command of an executor that talks over its standard input and output.
 */
final class Training {
    private static final byte READ = 1;
    private static final byte READ_WRITE = 3;
    private static final byte READ_EXECUTE = 5;
    private static final long PAGE = 0x10000;

    private final InputStream in;
    private final OutputStream out;
    private Setup setup;
    private long sequence;

    private Training(Process executor) {
        in = executor.getInputStream();
        out = executor.getOutputStream();
    }

    public static void main(String[] command) throws Exception {
        Process executor = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        new Training(executor).run();
        System.exit(executor.waitFor());
    }

    private void run() throws IOException, ProtocolException {
        setup = Setup.CODEC.read(new SpsReader(MemorySegment.ofArray(receive())));
        lookUp();
        ExecutorAddress released = load();
        call(bootstrap("run_as_main"), new SpsWriter().writeAddress(released.plus(PAGE)).writeLong(1).writeString("training"));
        call(bootstrap("mem_write_uint8s"), new SpsWriter().writeLong(1).writeAddress(released.plus(2 * PAGE)).writeByte((byte) 1));
        load(); // left for the end of the session to clean up
        call(memory("deinitialize"), service(memory("Instance")).writeLong(1).writeAddress(released));
        call(memory("release"), service(memory("Instance")).writeLong(1).writeAddress(released));
        send(Opcode.HANGUP, ExecutorAddress.NULL, new byte[0]);
    }

    /** Opens the process and looks for a function in it, as every client begins. */
    private void lookUp() throws IOException, ProtocolException {
        String dylibs = "__llvm_orc_SimpleExecutorDylibManager_";
        SpsWriter open = service(dylibs + "Instance").writeString("").writeLong(0);
        ExecutorAddress handle = addressIn(call(dylibs + "open_wrapper", open));
        call(dylibs + "lookup_wrapper", printf(service(dylibs + "Instance").writeAddress(handle)));
        call(dylibs + "resolve_wrapper", printf(service(dylibs + "Instance").writeAddress(handle)));
        call(dylibs + "resolve_wrapper", printf(new SpsWriter().writeAddress(handle)));
    }

    private static SpsWriter printf(SpsWriter arguments) {
        return arguments.writeLong(1).writeString("printf").writeBoolean(true);
    }

    /** Reserves and initializes three pages: the .eh_frame, a function that returns 0, zeros. */
    private ExecutorAddress load() throws IOException, ProtocolException {
        ExecutorAddress base = addressIn(call(memory("reserve"), service(memory("Instance")).writeLong(3 * PAGE)));
        SpsWriter request = service(memory("Instance")).writeLong(3);
        segment(request, READ, base, ehFrame());
        segment(request, READ_EXECUTE, base.plus(PAGE), returnZero());
        segment(request, READ_WRITE, base.plus(2 * PAGE), new byte[0]);
        request.writeLong(1);
        ehFrameAction(request, "llvm_orc_registerEHFrameAllocAction", base);
        ehFrameAction(request, "llvm_orc_deregisterEHFrameAllocAction", base);
        return addressIn(call(memory("initialize"), request));
    }

    private static void segment(SpsWriter request, byte group, ExecutorAddress address, byte[] content) {
        request.writeByte(group).writeAddress(address).writeLong(PAGE).writeBlob(content);
    }

    private void ehFrameAction(SpsWriter request, String function, ExecutorAddress base) {
        byte[] range = new SpsWriter().writeAddress(base).writeAddress(base.plus(ehFrame().length)).toBytes();
        request.writeAddress(symbol(function)).writeBlob(range);
    }

    /** A CIE ("zR", PC-relative 32-bit addresses), an FDE for the first 16 bytes of the next page, a terminator. */
    private static byte[] ehFrame() {
        ByteBuffer bytes = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(16).putInt(0).put(new byte[] {1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0, 0, 0});
        bytes.putInt(16).putInt(bytes.position()).putInt((int) PAGE - bytes.position()).putInt(16).putInt(0);
        return bytes.array();
    }

    private static byte[] returnZero() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> new byte[] {0x31, (byte) 0xc0, (byte) 0xc3};
            case "aarch64" -> new byte[] {0, 0, (byte) 0x80, 0x52, (byte) 0xc0, 0x03, 0x5f, (byte) 0xd6};
            case String other -> throw new AssertionError("no training code for " + other);
        };
    }

    private static String memory(String name) {
        String prefix = "__llvm_orc_SimpleExecutorMemoryManager_" + name;
        return name.equals("Instance") ? prefix : prefix + "_wrapper";
    }

    private static String bootstrap(String name) {
        return "__llvm_orc_bootstrap_" + name + "_wrapper";
    }

    private ExecutorAddress symbol(String name) {
        ExecutorAddress address = setup.bootstrapSymbols().get(name);
        if (address == null) {
            throw new AssertionError("the executor does not offer " + name);
        }
        return address;
    }

    private SpsWriter service(String instance) {
        return new SpsWriter().writeAddress(symbol(instance));
    }

    private static ExecutorAddress addressIn(byte[] expected) throws ProtocolException {
        SpsReader reader = new SpsReader(MemorySegment.ofArray(expected));
        if (!reader.readBoolean()) {
            throw new AssertionError(reader.readString());
        }
        return reader.readAddress();
    }

    private byte[] call(String function, SpsWriter arguments) throws IOException {
        send(Opcode.CALL_WRAPPER, symbol(function), arguments.toBytes());
        return receive();
    }

    private void send(Opcode opcode, ExecutorAddress tag, byte[] payload) throws IOException {
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        new FrameHeader(payload.length, opcode, sequence++, tag).write(MemorySegment.ofArray(header), 0);
        out.write(header);
        out.write(payload);
        out.flush();
    }

    private byte[] receive() throws IOException {
        try {
            byte[] header = exactly(FrameHeader.SIZE_BYTES);
            return exactly((int) FrameHeader.read(MemorySegment.ofArray(header), 0).payloadBytes());
        } catch (ProtocolException e) {
            throw new IOException(e);
        }
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the executor ended the session");
        }
        return bytes;
    }
}
