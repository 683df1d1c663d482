package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.RegistrationException;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.guest.Checkpoints;
import java.util.List;

/**
 * The wrapper functions that LLVM's runtimes have for all object formats. Mirrors {@code
 * dlfcn_wrapper.cpp} and {@code run_program_wrapper.cpp} of compiler-rt, and the common part of its
 * platforms. Thread-safe.
 */
public final class DylibServices {
    private static final SpsCodec<List<String>> STRINGS = SpsCodec.sequence(Sps.STRING);
    private static final int FAILURE = -1;

    private final Platform platform;
    private final JitDylibs dylibs;
    private volatile String lastError = "";

    /** Creates the functions of one platform. */
    public DylibServices(Platform platform) {
        this.platform = platform;
        this.dylibs = platform.dylibs();
    }

    /** Serves {@code SPSError (addr)}: the handle of the platform's own dylib. */
    public Answer bootstrap(Session session, SpsReader in) throws ProtocolException {
        platform.bootstrap(in.readAddress());
        return Answer.now(Replies.success());
    }

    /** Serves {@code SPSError ()}, which has nothing to do. */
    public Answer shutdown(Session session, SpsReader in) {
        return Answer.now(Replies.success());
    }

    /** Serves {@code SPSError (string, addr)}: a dylib's name and handle. */
    public Answer registerDylib(Session session, SpsReader in) throws ProtocolException {
        String name = in.readString();
        ExecutorAddress handle = in.readAddress();
        return reply(() -> dylibs.register(name, handle));
    }

    /** Serves {@code SPSError (addr)}. */
    public Answer deregisterDylib(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        return reply(() -> dylibs.deregister(handle));
    }

    /**
     * Serves {@code int64 (string, string, seq<string>)}: a dylib, a function in it, its arguments.
     */
    public Answer runProgram(Session session, SpsReader in) throws ProtocolException {
        String dylib = in.readString();
        String entryPoint = in.readString();
        List<String> arguments = STRINGS.read(in);
        return Answer.onGuestThread(
                () ->
                        WrapperFunctionResult.of(
                                Sps.UINT64.encode(runProgram(dylib, entryPoint, arguments))));
    }

    private long runProgram(String dylib, String entryPoint, List<String> arguments) {
        Checkpoints checkpoints = platform.session().guest().checkpoints();
        checkpoints.beginProgram();
        try {
            return platform.runProgram(dylib, entryPoint, arguments);
        } catch (DylibException e) {
            int failure = failed(e);
            return e.guestEnd().map(SessionEnd::status).orElse(failure);
        } finally {
            checkpoints.endProgram();
        }
    }

    /** Serves {@code addr (string, int32)}: a dylib's name and the mode of {@code dlopen}. */
    public Answer open(Session session, SpsReader in) throws ProtocolException {
        String name = in.readString();
        in.readInt();
        return Answer.onGuestThread(() -> WrapperFunctionResult.of(Sps.ADDRESS.encode(open(name))));
    }

    private ExecutorAddress open(String name) {
        try {
            return dylibs.open(name);
        } catch (DylibException e) {
            failed(e);
            return e.guestEnd().isPresent() ? handle(name) : ExecutorAddress.NULL;
        }
    }

    /** Returns the handle of a dylib that stays open although its initializers have crashed. */
    private ExecutorAddress handle(String name) {
        try {
            return dylibs.handle(name);
        } catch (DylibException gone) {
            return ExecutorAddress.NULL;
        }
    }

    /** Serves {@code int32 (addr)}. */
    public Answer update(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        return Answer.onGuestThread(() -> status(() -> platform.update(handle)));
    }

    /** Serves {@code int32 (addr)}. */
    public Answer close(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        return Answer.onGuestThread(() -> status(() -> dylibs.close(handle)));
    }

    private WrapperFunctionResult status(DylibWork work) {
        int status = 0;
        try {
            work.run();
        } catch (DylibException e) {
            status = failed(e);
        }
        return WrapperFunctionResult.of(Sps.UINT32.encode(status));
    }

    /** Serves {@code string ()}. All calls over the line share one last error. */
    public Answer error(Session session, SpsReader in) {
        String message = lastError;
        lastError = "";
        return Answer.now(WrapperFunctionResult.of(Sps.STRING.encode(message)));
    }

    /** Notes a failure, and logs it; the end of the guest has a report of its own. */
    private int failed(DylibException e) {
        lastError = e.getMessage();
        if (e.guestEnd().isEmpty()) {
            platform.session().log(e.getMessage());
        }
        return FAILURE;
    }

    /** Runs a registration and returns its outcome as {@code SPSError}. */
    public static Answer reply(Registration registration) {
        try {
            registration.run();
            return Answer.now(Replies.success());
        } catch (RegistrationException | DylibException | HostCallException e) {
            return Answer.now(Replies.error(e.getMessage()));
        }
    }

    /** A step that registers something or removes a registration. */
    @FunctionalInterface
    public interface Registration {
        /** Does the step. */
        void run() throws RegistrationException, DylibException, HostCallException;
    }

    @FunctionalInterface
    private interface DylibWork {
        void run() throws DylibException;
    }
}
