package dev.orcinus.executor.session;

import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;
import java.util.function.Function;

/**
 * A wrapper function that touches the guest, and whose result says so if the guest ends meanwhile:
 * a thread of guest code may crash while the controller works at the next line. The result has the
 * form that the controller expects, because controllers before LLVM 24 do not see the text of an
 * out-of-band error.
 */
public final class OrGuestEnd implements WrapperFunction {
    private final WrapperFunction function;
    private final Function<String, WrapperFunctionResult> failure;

    private OrGuestEnd(WrapperFunction function, Function<String, WrapperFunctionResult> failure) {
        this.function = function;
        this.failure = failure;
    }

    /** A function whose result is {@code SPSError}. */
    public static WrapperFunction error(WrapperFunction function) {
        return new OrGuestEnd(function, Replies::error);
    }

    /** A function whose result is {@code SPSExpected<T>}. */
    public static WrapperFunction expected(WrapperFunction function) {
        return new OrGuestEnd(function, Replies::unexpected);
    }

    @Override
    public Answer call(Session session, SpsReader arguments) throws ProtocolException {
        return call(session, FinalizeContext.NONE, arguments);
    }

    @Override
    public Answer call(Session session, FinalizeContext context, SpsReader arguments)
            throws ProtocolException {
        try {
            return function.call(session, context, arguments).orGuestEnd(failure);
        } catch (GuestGoneException e) {
            return Answer.now(failure.apply(e.getMessage()));
        }
    }
}
