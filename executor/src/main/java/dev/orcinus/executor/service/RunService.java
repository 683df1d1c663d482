package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.guest.Checkpoints;
import dev.orcinus.runtime.guest.NoCodeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Calls of guest functions. Mirrors LLVM's {@code runAsMain}, {@code runAsVoidFunction} and {@code
 * runAsIntFunction} wrappers. LLVM 19 and 20 call main before the last objects of a program are
 * finalized and registered with the unwinder, so calls wait for that.
 */
final class RunService implements Service {
    private static final SpsCodec<List<String>> STRINGS = SpsCodec.sequence(Sps.STRING);
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);

    /** The limit of the wait for unfinished objects; some never come. */
    private static final Duration UNFINISHED_LINK_LIMIT = Duration.ofMillis(200);

    private static final byte[] NOTHING = {};

    private static final Duration QUIET = Duration.ofMillis(10);

    /** Serves {@code int64 (addr, seq<string>)}: {@code argv} is exactly the strings. */
    Answer main(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress function = in.readAddress();
        List<String> arguments = STRINGS.read(in);
        return run(
                session,
                () -> session.guest().calls().callMain(function, arguments),
                status -> Sps.UINT64.encode((long) status),
                RunService::statusOf);
    }

    /** Returns the status of a program that has ended its process. */
    private static WrapperFunctionResult statusOf(CallOutcome<Integer> gone) {
        long status = SessionEnd.status(gone.end().orElseThrow());
        return WrapperFunctionResult.of(Sps.UINT64.encode(status));
    }

    /** Serves {@code int32 (addr)}. */
    Answer voidFunction(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress function = in.readAddress();
        return run(session, GuestCall.of(function));
    }

    /** Serves {@code void (addr)}. */
    Answer voidVoid(Session session, SpsReader in) throws ProtocolException {
        GuestCall call = GuestCall.of(in.readAddress());
        return run(session, () -> session.guest().calls().call(call), _ -> NOTHING, session::gone);
    }

    /** Serves {@code int32 (addr, int32)}. */
    Answer intFunction(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress function = in.readAddress();
        int argument = in.readInt();
        return run(session, GuestCall.of(function, argument));
    }

    /**
     * Serves {@code error (seq<addr>, seq<string>)}: calls the functions in order, and stops at one
     * that cannot be called. This function is Orcinus's own: it runs all initializers of a program,
     * whose code is finalized, in one round trip. They get the strings as the arguments of a
     * program; if there are none, they get no arguments.
     */
    Answer voidFunctions(Session session, SpsReader in) throws ProtocolException {
        List<ExecutorAddress> functions = ADDRESSES.read(in);
        List<String> arguments = STRINGS.read(in);
        return Answer.onGuestThread(() -> callAll(session, calls(session, functions, arguments)));
    }

    private static List<GuestCall> calls(
            Session session, List<ExecutorAddress> functions, List<String> arguments) {
        List<GuestCall> calls = new ArrayList<>(functions.size());
        for (ExecutorAddress function : functions) {
            calls.add(
                    arguments.isEmpty()
                            ? GuestCall.of(function)
                            : session.guest().calls().initializer(function, arguments));
        }
        return calls;
    }

    private static WrapperFunctionResult callAll(Session session, List<GuestCall> calls) {
        try {
            CallOutcome<List<Long>> outcome = session.guest().calls().callAll(calls);
            return outcome.isGone() ? session.gone(outcome) : Replies.success();
        } catch (NoCodeException e) {
            return Replies.error(refusal(e));
        }
    }

    private static String refusal(NoCodeException e) {
        return "cannot run " + e.address() + ": no executable memory there";
    }

    private static Answer run(Session session, GuestCall call) {
        return run(
                session,
                () -> session.guest().calls().call(call),
                result -> Sps.UINT32.encode(result.intValue()),
                session::gone);
    }

    /**
     * Calls a function.
     *
     * @param onEnd gives the result of a call during which the guest has ended
     */
    private static <T> Answer run(
            Session session,
            Call<T> call,
            Function<T, byte[]> encoder,
            Function<CallOutcome<T>, WrapperFunctionResult> onEnd) {
        return Answer.onGuestThread(
                () -> {
                    awaitLink(session);
                    return call(session, call, encoder, onEnd);
                });
    }

    private static <T> WrapperFunctionResult call(
            Session session,
            Call<T> call,
            Function<T, byte[]> encoder,
            Function<CallOutcome<T>, WrapperFunctionResult> onEnd) {
        Checkpoints checkpoints = session.guest().checkpoints();
        checkpoints.beginProgram();
        try {
            CallOutcome<T> outcome = call.run();
            if (outcome.isGone()) {
                return onEnd.apply(outcome);
            }
            return WrapperFunctionResult.of(encoder.apply(outcome.value()));
        } catch (NoCodeException e) {
            return session.outOfBand(refusal(e));
        } finally {
            checkpoints.endProgram();
        }
    }

    /** A call of guest code. */
    @FunctionalInterface
    private interface Call<T> {
        CallOutcome<T> run() throws NoCodeException;
    }

    private static void awaitLink(Session session) {
        try {
            session.guest().unwind().awaitExpected(QUIET, UNFINISHED_LINK_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onShutdown(Session session) {
        session.grace().awaitCalls();
    }
}
