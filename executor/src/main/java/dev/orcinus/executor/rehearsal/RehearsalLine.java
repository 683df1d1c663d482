package dev.orcinus.executor.rehearsal;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** A controller's end of a line, for one call at a time. Used by one thread. */
final class RehearsalLine {
    private final DataInputStream in;
    private final OutputStream out;
    private final Setup setup;
    private final Map<ExecutorAddress, byte[]> handlers = new HashMap<>();
    private final Map<ExecutorAddress, RuntimeRehearsal.Step> steps = new HashMap<>();
    private long sequence;

    /** Reads the Setup message. */
    RehearsalLine(InputStream in, OutputStream out) throws IOException, ProtocolException {
        this.in = new DataInputStream(in);
        this.out = out;
        this.setup = Setup.CODEC.read(reader(receive()));
    }

    /** Sets the result of all calls of a tag. */
    void answer(ExecutorAddress tag, byte[] answer) {
        handlers.put(tag, answer);
    }

    /** Sets what is done before each answer to a call of a tag. It may make calls of its own. */
    void beforeAnswer(ExecutorAddress tag, RuntimeRehearsal.Step step) {
        steps.put(tag, step);
    }

    /** Returns the executor's target. */
    Triple triple() {
        return setup.triple();
    }

    ExecutorAddress symbol(String name) throws IOException {
        ExecutorAddress address = setup.bootstrapSymbols().get(name);
        if (address == null) {
            throw new IOException("the executor does not offer " + name);
        }
        return address;
    }

    /** Returns arguments that begin with the instance of this name. */
    SpsWriter of(String instance) throws IOException {
        return new SpsWriter().writeAddress(symbol(instance));
    }

    byte[] call(String function, SpsWriter arguments) throws IOException, ProtocolException {
        return call(symbol(function), arguments);
    }

    byte[] call(ExecutorAddress function, SpsWriter arguments)
            throws IOException, ProtocolException {
        send(Opcode.CALL_WRAPPER, sequence++, function, arguments.toBytes());
        return receive();
    }

    /** Calls a function that returns {@code SPSExpected<addr>}, and returns the address. */
    ExecutorAddress callForAddress(String function, SpsWriter arguments)
            throws IOException, ProtocolException {
        SpsReader result = reader(call(function, arguments));
        if (!result.readBoolean()) {
            throw new IOException(result.readString());
        }
        return result.readAddress();
    }

    void hangUp() throws IOException {
        send(Opcode.HANGUP, 0, ExecutorAddress.NULL, new byte[1]);
    }

    static SpsReader reader(byte[] bytes) {
        return new SpsReader(MemorySegment.ofArray(bytes));
    }

    private void send(Opcode opcode, long number, ExecutorAddress tag, byte[] payload)
            throws IOException {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES + payload.length];
        new FrameHeader(payload.length, opcode, number, tag).write(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, FrameHeader.SIZE_BYTES, payload.length);
        out.write(frame);
        out.flush();
    }

    /**
     * Returns the payload of the next result. Serves calls that come before it; an unexpected one
     * is a nudge, which can come on a slow machine.
     */
    private byte[] receive() throws IOException, ProtocolException {
        while (true) {
            byte[] header = new byte[FrameHeader.SIZE_BYTES];
            in.readFully(header);
            FrameHeader read = FrameHeader.read(MemorySegment.ofArray(header), 0);
            byte[] payload = new byte[(int) read.payloadBytes()];
            in.readFully(payload);
            if (read.opcode() != Opcode.CALL_WRAPPER) {
                return payload;
            }
            RuntimeRehearsal.Step step = steps.get(read.tag());
            if (step != null) {
                step.run();
            }
            byte[] answer = handlers.get(read.tag());
            if (answer != null) {
                send(Opcode.RESULT, read.sequence(), ExecutorAddress.NULL, answer);
            }
        }
    }
}
