package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.FinalizeContext;
import dev.orcinus.executor.session.FinalizeFunction;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.RegistrationException;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.JitDylibs;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The wrapper functions of LLVM's ELF platform. Mirrors {@code elfnix_platform.cpp}, {@code
 * dlfcn_wrapper.cpp} and {@code run_program_wrapper.cpp} of compiler-rt.
 */
final class ElfNixServices {
    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);
    private static final SpsCodec<List<String>> STRINGS = SpsCodec.sequence(Sps.STRING);
    private static final int FAILURE = -1;

    private final ElfNixPlatform platform;
    private final JitDylibs dylibs;
    private final Map<Entry, WrapperFunction> functions = new EnumMap<>(Entry.class);
    private volatile String lastError = "";

    ElfNixServices(ElfNixPlatform platform) {
        this.platform = platform;
        this.dylibs = platform.dylibs();
        functions.put(Entry.PLATFORM_BOOTSTRAP, this::bootstrap);
        functions.put(Entry.PLATFORM_SHUTDOWN, (_, _) -> Answer.now(Replies.success()));
        functions.put(Entry.REGISTER_JITDYLIB, this::registerDylib);
        functions.put(Entry.DEREGISTER_JITDYLIB, this::deregisterDylib);
        functions.put(Entry.REGISTER_OBJECT_SECTIONS, this::registerObject);
        functions.put(Entry.DEREGISTER_OBJECT_SECTIONS, this::deregisterObject);
        functions.put(Entry.REGISTER_INIT_SECTIONS, (FinalizeFunction) this::registerInitializers);
        functions.put(Entry.DEREGISTER_INIT_SECTIONS, deregister(FunctionSection.When.INITIALIZE));
        functions.put(Entry.REGISTER_FINI_SECTIONS, this::registerFinalizers);
        functions.put(Entry.DEREGISTER_FINI_SECTIONS, deregister(FunctionSection.When.FINALIZE));
        functions.put(Entry.CREATE_PTHREAD_KEY, this::createKey);
        functions.put(Entry.RUN_PROGRAM_WRAPPER, this::runProgram);
        functions.put(Entry.DLOPEN_WRAPPER, this::open);
        functions.put(Entry.DLUPDATE_WRAPPER, this::update);
        functions.put(Entry.DLCLOSE_WRAPPER, this::close);
        functions.put(Entry.DLERROR_WRAPPER, this::error);
    }

    WrapperFunction of(Entry entry) {
        return functions.get(entry);
    }

    private Answer bootstrap(Session session, SpsReader in) throws ProtocolException {
        platform.bootstrap(in.readAddress());
        return Answer.now(Replies.success());
    }

    private Answer registerDylib(Session session, SpsReader in) throws ProtocolException {
        String name = in.readString();
        ExecutorAddress handle = in.readAddress();
        return reply(() -> dylibs.register(name, handle));
    }

    private Answer deregisterDylib(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        return reply(() -> dylibs.deregister(handle));
    }

    private Answer registerObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange unwindInfo = Sps.RANGE.read(in);
        AddressRange threadLocals = Sps.RANGE.read(in);
        return reply(
                () -> {
                    session.unwind().register(unwindInfo);
                    platform.threadLocals().register(threadLocals);
                });
    }

    private Answer deregisterObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange unwindInfo = Sps.RANGE.read(in);
        AddressRange threadLocals = Sps.RANGE.read(in);
        return reply(
                () -> {
                    session.unwind().deregister(unwindInfo.start());
                    platform.threadLocals().deregister(threadLocals);
                });
    }

    /** Comes with every object of a dylib, so that we learn whose allocation it is. */
    private Answer registerInitializers(Session session, FinalizeContext context, SpsReader in)
            throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        List<AddressRange> sections = RANGES.read(in);
        return reply(
                () -> {
                    if (context.allocation().isPresent()) {
                        dylibs.own(handle, context.allocation().get());
                    }
                    for (AddressRange section : sections) {
                        dylibs.record(handle, FunctionSection.initializers(section));
                    }
                });
    }

    /**
     * The controller lists an object's sections in the order in which they are to run; what is
     * recorded runs in reverse.
     */
    private Answer registerFinalizers(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        List<AddressRange> sections = RANGES.read(in);
        return reply(
                () -> {
                    for (AddressRange section : sections.reversed()) {
                        dylibs.record(handle, FunctionSection.finalizers(section));
                    }
                });
    }

    private WrapperFunction deregister(FunctionSection.When when) {
        return (_, in) -> {
            ExecutorAddress handle = in.readAddress();
            List<AddressRange> sections = RANGES.read(in);
            return reply(
                    () -> {
                        for (AddressRange section : sections) {
                            dylibs.remove(handle, when, section);
                        }
                    });
        };
    }

    private Answer createKey(Session session, SpsReader in) {
        return Answer.now(Replies.expected(Sps.ADDRESS, platform.threadLocals().createKey()));
    }

    private Answer runProgram(Session session, SpsReader in) throws ProtocolException {
        String dylib = in.readString();
        String entryPoint = in.readString();
        List<String> arguments = STRINGS.read(in);
        return Answer.onGuestThread(
                () ->
                        WrapperFunctionResult.of(
                                Sps.UINT64.encode(runProgram(dylib, entryPoint, arguments))));
    }

    private long runProgram(String dylib, String entryPoint, List<String> arguments) {
        try {
            return platform.runProgram(dylib, entryPoint, arguments);
        } catch (DylibException e) {
            return failed(e);
        }
    }

    private Answer open(Session session, SpsReader in) throws ProtocolException {
        String name = in.readString();
        in.readInt();
        return Answer.onGuestThread(() -> WrapperFunctionResult.of(Sps.ADDRESS.encode(open(name))));
    }

    private ExecutorAddress open(String name) {
        try {
            return dylibs.open(name);
        } catch (DylibException e) {
            failed(e);
            return ExecutorAddress.NULL;
        }
    }

    private Answer update(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        return Answer.onGuestThread(() -> status(() -> dylibs.update(handle)));
    }

    private Answer close(Session session, SpsReader in) throws ProtocolException {
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

    /** Whoever calls over the wire has one last error, whatever thread served the call. */
    private Answer error(Session session, SpsReader in) {
        String message = lastError;
        lastError = "";
        return Answer.now(WrapperFunctionResult.of(Sps.STRING.encode(message)));
    }

    private int failed(DylibException e) {
        lastError = e.getMessage();
        platform.session().log(e.getMessage());
        return FAILURE;
    }

    private static Answer reply(Registration registration) {
        try {
            registration.run();
            return Answer.now(Replies.success());
        } catch (RegistrationException | DylibException | HostCallException e) {
            return Answer.now(Replies.error(e.getMessage()));
        }
    }

    @FunctionalInterface
    private interface Registration {
        void run() throws RegistrationException, DylibException, HostCallException;
    }

    @FunctionalInterface
    private interface DylibWork {
        void run() throws DylibException;
    }
}
