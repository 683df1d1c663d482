package dev.orcinus.executor.orcrt.macho;

import dev.orcinus.executor.orcrt.core.DylibFunctions;
import dev.orcinus.executor.orcrt.core.DylibServices;
import dev.orcinus.executor.orcrt.core.EntryPoint;
import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.Platform;
import dev.orcinus.executor.orcrt.core.Registers;
import dev.orcinus.executor.orcrt.core.ThreadLocalTemplates;
import dev.orcinus.executor.session.FinalizeFunction;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.runtime.guest.NoCodeException;
import java.util.EnumMap;
import java.util.Map;

/**
 * The functions behind the entry points of LLVM's Mach-O platform, for one controller. Thread-safe.
 */
final class MachOFunctions implements OrcRuntime.Functions {
    private final Platform platform;
    private final ThreadLocalTemplates threadLocals;
    private final DylibFunctions functions;
    private final Map<MachOEntry, WrapperFunction> wrappers = new EnumMap<>(MachOEntry.class);

    MachOFunctions(Platform platform, LinkedSymbols symbols) {
        this.platform = platform;
        this.threadLocals = new ThreadLocalTemplates(platform);
        this.functions = new DylibFunctions(platform);
        addServices(new DylibServices(platform));
        addObjects(new MachOObjects(platform.dylibs(), threadLocals, symbols));
    }

    private void addServices(DylibServices services) {
        wrappers.put(MachOEntry.PLATFORM_BOOTSTRAP, services::shutdown);
        wrappers.put(MachOEntry.PLATFORM_SHUTDOWN, services::shutdown);
        wrappers.put(MachOEntry.REGISTER_JITDYLIB, services::registerDylib);
        wrappers.put(MachOEntry.DEREGISTER_JITDYLIB, services::deregisterDylib);
        wrappers.put(MachOEntry.RUN_PROGRAM_WRAPPER, services::runProgram);
        wrappers.put(MachOEntry.DLOPEN_WRAPPER, services::open);
        wrappers.put(MachOEntry.DLUPDATE_WRAPPER, services::update);
        wrappers.put(MachOEntry.DLCLOSE_WRAPPER, services::close);
        wrappers.put(MachOEntry.DLERROR_WRAPPER, services::error);
    }

    private void addObjects(MachOObjects objects) {
        FinalizeFunction register = objects::registerSections;
        wrappers.put(MachOEntry.REGISTER_OBJECT_PLATFORM_SECTIONS, register);
        wrappers.put(MachOEntry.DEREGISTER_OBJECT_PLATFORM_SECTIONS, objects::deregisterSections);
        wrappers.put(MachOEntry.REGISTER_OBJECT_SYMBOL_TABLE, objects::registerSymbols);
        wrappers.put(MachOEntry.DEREGISTER_OBJECT_SYMBOL_TABLE, objects::deregisterSymbols);
        wrappers.put(MachOEntry.CREATE_PTHREAD_KEY, objects::createKey);
        wrappers.put(MachOEntry.RUN_WRAPPER_FUNCTION_CALLS, MachOObjects::runCalls);
    }

    @Override
    public WrapperFunction wrapper(EntryPoint entryPoint) {
        return wrappers.get(entryPoint);
    }

    @Override
    public long call(EntryPoint entryPoint, Registers arguments) {
        return switch ((MachOEntry) entryPoint) {
            case DLOPEN -> functions.open(arguments);
            case DLUPDATE -> functions.update(arguments);
            case DLCLOSE -> functions.close(arguments);
            case DLSYM -> functions.find(arguments);
            case DLERROR -> functions.error();
            case CXA_ATEXIT -> functions.cxaAtExit(arguments);
            case TLV_ATEXIT -> threadAtExit(arguments);
            case CXA_FINALIZE -> functions.cxaFinalize(arguments);
            case RUN_PROGRAM -> functions.runProgram(arguments);
            case LOG_ERROR -> functions.log(arguments);
            case REOPTIMIZE -> functions.reoptimize(arguments);
            case RESOLVE -> functions.resolve(arguments);
            case TLS_FIRST_USE -> threadLocals.use(arguments.address(0));
            default -> throw new AssertionError(entryPoint + " is no C function");
        };
    }

    /**
     * Implements {@code void _tlv_atexit(void (*)(void *), void *)} by the C++ ABI's function,
     * whose third argument is the dylib.
     */
    private long threadAtExit(Registers arguments) {
        ExecutorAddress function = arguments.address(0);
        ExecutorAddress dylib = platform.dylibs().owner(function).orElse(arguments.returnAddress());
        try {
            ExecutorAddress register =
                    platform.guest()
                            .threadLocals()
                            .find(GuestThreadLocals.THREAD_AT_EXIT)
                            .orElseThrow();
            GuestCall call =
                    new GuestCall(
                            register,
                            function.value(),
                            arguments.number(1),
                            dylib.value(),
                            0,
                            0,
                            0);
            platform.session().guest().calls().call(call);
            return 0;
        } catch (HostCallException | NoCodeException e) {
            return platform.abort("_tlv_atexit: " + e.getMessage());
        }
    }

    @Override
    public void close() throws ActionFailedException {
        functions.close();
        threadLocals.close();
    }
}
