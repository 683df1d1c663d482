package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.session.Session;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.SymbolDef;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.dylib.DylibException;
import java.lang.foreign.MemorySegment;

/**
 * The controller at the other end of the session's line, whose handlers are called by jit-dispatch.
 * Thread-safe.
 */
public final class LineController {
    private final Session session;
    private final OrcRuntime runtime;
    private final Layout layout;
    private final ExecutorAddress anchor;

    /**
     * Creates the controller of a session.
     *
     * @param anchor the address of the archive's code
     */
    LineController(Session session, OrcRuntime runtime, Layout layout, ExecutorAddress anchor) {
        this.session = session;
        this.runtime = runtime;
        this.layout = layout;
        this.anchor = anchor;
    }

    /** Returns the memory of the controller's code. */
    public GuestMemory memory() {
        return session.guest().guest().memory();
    }

    /** Has the function of a lazy trampoline linked, and returns its address. */
    ExecutorAddress resolve(ExecutorAddress trampoline) throws DylibException {
        SpsWriter arguments = new SpsWriter().writeAddress(trampoline);
        return ask(Tag.RESOLVE, arguments, SymbolDef.CODEC).address();
    }

    /** Tells the controller that a unit of code has been called often. */
    void reoptimize(long unit, int version) throws DylibException {
        tell(Tag.REOPTIMIZE, new SpsWriter().writeLong(unit).writeInt(version));
    }

    /**
     * Calls a handler that returns {@code SPSError}.
     *
     * @throws DylibException with the handler's error, or if the line has ended
     */
    public void tell(Tag tag, SpsWriter arguments) throws DylibException {
        try {
            String error = Sps.ERROR.read(call(tag, arguments)).orElse(null);
            if (error != null) {
                throw new DylibException(error);
            }
        } catch (ProtocolException e) {
            throw undecodable(tag, e);
        }
    }

    /**
     * Calls a handler that returns {@code SPSExpected}, and returns the value.
     *
     * @throws DylibException with the handler's error, or if the line has ended
     */
    public <T> T ask(Tag tag, SpsWriter arguments, SpsCodec<T> codec) throws DylibException {
        try {
            Expected<T> result = SpsCodec.expected(codec).read(call(tag, arguments));
            if (result instanceof Expected.Value<T> value) {
                return value.value();
            }
            throw new DylibException(((Expected.Failure<T>) result).message());
        } catch (ProtocolException e) {
            throw undecodable(tag, e);
        }
    }

    private SpsReader call(Tag tag, SpsWriter arguments) throws DylibException {
        WrapperFunctionResult result =
                session.dispatch(
                        layout.address(anchor, tag), MemorySegment.ofArray(arguments.toBytes()));
        if (result instanceof OutOfBandError error) {
            throw new DylibException(runtime.symbol(tag) + ": " + error.message());
        }
        return new SpsReader(MemorySegment.ofArray(result.wireBytes()));
    }

    private DylibException undecodable(Tag tag, ProtocolException e) {
        return new DylibException(
                runtime.symbol(tag)
                        + ": the controller's answer does not decode: "
                        + e.getMessage());
    }
}
