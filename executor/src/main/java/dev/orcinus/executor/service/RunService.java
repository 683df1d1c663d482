package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCalls;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Calls of guest functions. Mirrors LLVM's {@code runAsMain}, {@code runAsVoidFunction} and {@code
 * runAsIntFunction} wrappers. Of a program of several objects, LLVM 19 and 20 call main before the
 * last objects are finalized and registered with the unwinder: that is waited for.
 */
final class RunService {
    private static final SpsCodec<List<String>> STRINGS = SpsCodec.sequence(Sps.STRING);
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);

    /** What main needs is under way; what never comes should not be waited for long. */
    private static final Duration UNFINISHED_LINK_LIMIT = Duration.ofMillis(200);

    private static final Duration QUIET = Duration.ofMillis(10);

    private final HostCalls calls;

    RunService(HostCalls calls) {
        this.calls = calls;
    }

    /** {@code int64 (addr, seq<string>)}: {@code argv} is exactly the strings. */
    Answer main(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress function = in.readAddress();
        List<String> arguments = STRINGS.read(in);
        return run(
                session,
                function,
                () -> Sps.UINT64.encode((long) calls.callMain(function, arguments)));
    }

    /** {@code int32 (addr)}. */
    Answer voidFunction(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress function = in.readAddress();
        return run(session, function, () -> Sps.UINT32.encode(calls.callInt(function)));
    }

    /** {@code int32 (addr, int32)}. */
    Answer intFunction(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress function = in.readAddress();
        int argument = in.readInt();
        return run(session, function, () -> Sps.UINT32.encode(calls.callInt(function, argument)));
    }

    /**
     * {@code error (seq<addr>)}: calls them one after the other, and no more after one that cannot
     * be called. Orcinus's own: one round trip for all initializers of a program, whose code is all
     * in place.
     */
    Answer voidFunctions(Session session, SpsReader in) throws ProtocolException {
        List<ExecutorAddress> functions = ADDRESSES.read(in);
        return Answer.onGuestThread(
                () -> {
                    for (ExecutorAddress function : functions) {
                        if (!session.isExecutable(function)) {
                            return Replies.error(refusal(function));
                        }
                        calls.callInt(function);
                    }
                    return Replies.success();
                });
    }

    private static String refusal(ExecutorAddress function) {
        return "cannot run " + function + ": no executable memory there";
    }

    private static Answer run(Session session, ExecutorAddress function, Supplier<byte[]> call) {
        return Answer.onGuestThread(
                () -> {
                    awaitLink(session);
                    if (!session.isExecutable(function)) {
                        return session.outOfBand(refusal(function));
                    }
                    return WrapperFunctionResult.of(call.get());
                });
    }

    private static void awaitLink(Session session) {
        try {
            session.unwind().awaitExpected(QUIET, UNFINISHED_LINK_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
