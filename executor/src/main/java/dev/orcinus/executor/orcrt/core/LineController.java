package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.session.Session;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.SymbolDef;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.LinkingController;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The controller at the other end of the session's line, which is called by jit-dispatch.
 * Thread-safe.
 */
public final class LineController implements LinkingController {
    private static final SpsCodec<List<Links>> LINKS =
            SpsCodec.sequence(
                    SpsCodec.pair(
                            Sps.ADDRESS,
                            SpsCodec.sequence(Sps.ADDRESS),
                            Links::new,
                            Links::dylib,
                            Links::dependencies));

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

    @Override
    public List<Links> pushInitializers(ExecutorAddress dylib) throws DylibException {
        return ask(Tag.PUSH_INITIALIZERS, new SpsWriter().writeAddress(dylib), LINKS);
    }

    @Override
    public ExecutorAddress lookUp(ExecutorAddress dylib, String symbol) throws DylibException {
        SpsWriter arguments = new SpsWriter().writeAddress(dylib).writeString(symbol);
        return ask(Tag.SYMBOL_LOOKUP, arguments, Sps.ADDRESS);
    }

    /** Has the function of a lazy trampoline linked, and returns its address. */
    ExecutorAddress resolve(ExecutorAddress trampoline) throws DylibException {
        SpsWriter arguments = new SpsWriter().writeAddress(trampoline);
        return ask(Tag.RESOLVE, arguments, SymbolDef.CODEC).address();
    }

    /** Tells the controller that a unit of code has been called often. */
    void reoptimize(long unit, int version) throws DylibException {
        SpsReader result = call(Tag.REOPTIMIZE, new SpsWriter().writeLong(unit).writeInt(version));
        try {
            String error = Sps.ERROR.read(result).orElse(null);
            if (error != null) {
                throw new DylibException(error);
            }
        } catch (ProtocolException e) {
            throw undecodable(Tag.REOPTIMIZE, e);
        }
    }

    private <T> T ask(Tag tag, SpsWriter arguments, SpsCodec<T> codec) throws DylibException {
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
