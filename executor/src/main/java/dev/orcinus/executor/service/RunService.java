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
 * runAsIntFunction} wrappers.
 */
final class RunService {
    private static final SpsCodec<List<String>> STRINGS = SpsCodec.sequence(Sps.STRING);
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES =
            SpsCodec.sequence(Sps.ADDRESS);

    /** The calls that register it are under way already; code without any should not wait long. */
    private static final Duration UNWIND_INFO_LIMIT = Duration.ofMillis(20);

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
     * be called. Orcinus's own: one round trip for all initializers of a program.
     */
    Answer voidFunctions(Session session, SpsReader in) throws ProtocolException {
        List<ExecutorAddress> functions = ADDRESSES.read(in);
        return Answer.onGuestThread(
                () -> {
                    awaitUnwindInfo(session);
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
                    if (!session.isExecutable(function)) {
                        return session.outOfBand(refusal(function));
                    }
                    awaitUnwindInfo(session);
                    return WrapperFunctionResult.of(call.get());
                });
    }

    private static void awaitUnwindInfo(Session session) {
        try {
            session.unwind().awaitExpected(UNWIND_INFO_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
