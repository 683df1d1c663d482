package dev.orcinus.executor.orcrt.elf;

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
import dev.orcinus.runtime.dylib.FunctionSection.When;
import java.util.EnumMap;
import java.util.Map;

/**
 * The functions behind the entry points of LLVM's ELF platform, for one controller. Thread-safe.
 */
final class ElfNixFunctions implements OrcRuntime.Functions {
    private final ThreadLocalTemplates threadLocals;
    private final DylibFunctions functions;
    private final Map<ElfNixEntry, WrapperFunction> wrappers = new EnumMap<>(ElfNixEntry.class);

    ElfNixFunctions(Platform platform) {
        this.threadLocals = new ThreadLocalTemplates(platform);
        this.functions = new DylibFunctions(platform);
        addServices(new DylibServices(platform));
        addSections(new ElfNixSections(platform, threadLocals));
    }

    private void addServices(DylibServices services) {
        wrappers.put(ElfNixEntry.PLATFORM_BOOTSTRAP, services::bootstrap);
        wrappers.put(ElfNixEntry.PLATFORM_SHUTDOWN, services::shutdown);
        wrappers.put(ElfNixEntry.REGISTER_JITDYLIB, services::registerDylib);
        wrappers.put(ElfNixEntry.DEREGISTER_JITDYLIB, services::deregisterDylib);
        wrappers.put(ElfNixEntry.RUN_PROGRAM_WRAPPER, services::runProgram);
        wrappers.put(ElfNixEntry.DLOPEN_WRAPPER, services::open);
        wrappers.put(ElfNixEntry.DLUPDATE_WRAPPER, services::update);
        wrappers.put(ElfNixEntry.DLCLOSE_WRAPPER, services::close);
        wrappers.put(ElfNixEntry.DLERROR_WRAPPER, services::error);
    }

    private void addSections(ElfNixSections sections) {
        FinalizeFunction registerInitializers = sections::registerInitializers;
        wrappers.put(ElfNixEntry.REGISTER_OBJECT_SECTIONS, sections::registerObject);
        wrappers.put(ElfNixEntry.DEREGISTER_OBJECT_SECTIONS, sections::deregisterObject);
        wrappers.put(ElfNixEntry.REGISTER_INIT_SECTIONS, registerInitializers);
        wrappers.put(ElfNixEntry.DEREGISTER_INIT_SECTIONS, sections.deregister(When.INITIALIZE));
        wrappers.put(ElfNixEntry.REGISTER_FINI_SECTIONS, sections::registerFinalizers);
        wrappers.put(ElfNixEntry.DEREGISTER_FINI_SECTIONS, sections.deregister(When.FINALIZE));
        wrappers.put(ElfNixEntry.CREATE_PTHREAD_KEY, sections::createKey);
    }

    @Override
    public WrapperFunction wrapper(EntryPoint entryPoint) {
        return wrappers.get(entryPoint);
    }

    @Override
    public long call(EntryPoint entryPoint, Registers arguments) {
        return switch ((ElfNixEntry) entryPoint) {
            case DLOPEN -> functions.open(arguments);
            case DLUPDATE -> functions.update(arguments);
            case DLCLOSE -> functions.close(arguments);
            case DLSYM -> functions.find(arguments);
            case DLERROR -> functions.error();
            case CXA_ATEXIT -> functions.cxaAtExit(arguments);
            case ATEXIT -> functions.atExit(arguments);
            case CXA_FINALIZE -> functions.cxaFinalize(arguments);
            case RUN_PROGRAM -> functions.runProgram(arguments);
            case LOG_ERROR -> functions.log(arguments);
            case REOPTIMIZE -> functions.reoptimize(arguments);
            case RESOLVE -> functions.resolve(arguments);
            case TLS_FIRST_USE -> threadLocals.use(arguments.address(0));
            default -> throw new AssertionError(entryPoint + " is no C function");
        };
    }

    @Override
    public void close() throws ActionFailedException {
        functions.close();
        threadLocals.close();
    }
}
