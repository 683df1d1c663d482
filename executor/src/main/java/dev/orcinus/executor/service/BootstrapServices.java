package dev.orcinus.executor.service;

import static dev.orcinus.executor.session.WrapperTable.Scope.BOOTSTRAP;
import static dev.orcinus.executor.session.WrapperTable.Scope.BOTH;
import static dev.orcinus.executor.session.WrapperTable.Scope.PROCESS;

import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.executor.session.WrapperTable;
import dev.orcinus.executor.session.WrapperTable.Row;
import dev.orcinus.executor.session.WrapperTable.Scope;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.protocol.epc.ThreadLocalStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of everything that LLVM 19 to 23 ask an executor for, under LLVM's names, and of what
 * our own loader asks for besides. A wrapper function is added here, in one row, and nowhere else.
 */
public final class BootstrapServices {
    private static final String MEMORY = "__llvm_orc_SimpleExecutorMemoryManager_";
    private static final String DYLIBS = "__llvm_orc_SimpleExecutorDylibManager_";
    private static final String SHARED = "__llvm_orc_ExecutorSharedMemoryMapperService_";
    private static final String BOOT = "__llvm_orc_bootstrap_";
    private static final String NATIVE_MEMORY = "orc_rt_ci_sps_SimpleNativeMemoryMap_";
    private static final String OURS = "orcinus_";
    private static final String NATIVE_DYLIBS = "orc_rt_ci_sps_NativeDylibManager_";

    private final List<Row> rows = new ArrayList<>();
    private final Instance memoryInstance = new Instance();
    private final Instance sharedInstance = new Instance();
    private final Instance dylibInstance = new Instance();
    private final Guest guest;
    private final NativeHooks hooks;
    private final WrapperTable table;

    /**
     * Gives every function its address.
     *
     * @param hooks functions that guest code calls by C names
     * @param entry how a call by native code reaches a function
     */
    public BootstrapServices(Guest guest, NativeHooks hooks, WrapperTable.NativeEntry entry)
            throws HostCallException {
        this.guest = guest;
        this.hooks = hooks;
        WrapperFunction reserve = addMemory();
        WrapperFunction reserveShared = addShared();
        WrapperFunction open = addDylibs();
        addRun();
        addMemoryAccess();
        addRegistration();
        addThreadLocals();
        this.table =
                new WrapperTable(
                        guest,
                        rows,
                        Map.of(
                                MEMORY + "Instance",
                                reserve,
                                "orc_rt_ci_SimpleNativeMemoryMap_Instance",
                                reserve,
                                SHARED + "Instance",
                                reserveShared,
                                DYLIBS + "Instance",
                                open,
                                "orc_rt_ci_NativeDylibManager_Instance",
                                open),
                        entry);
        memoryInstance.at(address(MEMORY + "Instance"));
        sharedInstance.at(address(SHARED + "Instance"));
        dylibInstance.at(address(DYLIBS + "Instance"));
    }

    private ExecutorAddress address(String bootstrapSymbol) {
        return table.bootstrapSymbols().get(bootstrapSymbol);
    }

    /** The table. */
    public WrapperTable table() {
        return table;
    }

    private WrapperFunction addMemory() {
        MemoryService service = new MemoryService(memoryInstance, guest.libraries());
        WrapperFunction reserve = service::reserve;
        add(reserve, MEMORY + "reserve_wrapper", NATIVE_MEMORY + "reserve");
        add(service::initialize, MEMORY + "initialize_wrapper", NATIVE_MEMORY + "initialize");
        add(
                service::deinitialize,
                MEMORY + "deinitialize_wrapper",
                NATIVE_MEMORY + "deinitializeMultiple");
        add(service::release, MEMORY + "release_wrapper", NATIVE_MEMORY + "releaseMultiple");
        add(service::finalizeWhole, MEMORY + "finalize_wrapper");
        add(service::release, MEMORY + "deallocate_wrapper");
        add(service::reserveSlab, OURS + "reserve_slab");
        return reserve;
    }

    private WrapperFunction addShared() {
        SharedMemoryService service = new SharedMemoryService(sharedInstance);
        WrapperFunction reserve = service::reserve;
        add(reserve, SHARED + "Reserve");
        add(service::initialize, SHARED + "Initialize");
        add(service::deinitialize, SHARED + "Deinitialize");
        add(service::release, SHARED + "Release");
        return reserve;
    }

    private WrapperFunction addDylibs() {
        DylibService service =
                new DylibService(dylibInstance, guest.libraries(), this::processSymbol);
        WrapperFunction open = service::open;
        add(open, DYLIBS + "open_wrapper", NATIVE_DYLIBS + "load");
        add(service::lookup, DYLIBS + "lookup_wrapper");
        add(service::resolve, DYLIBS + "resolve_wrapper", NATIVE_DYLIBS + "lookup");
        return open;
    }

    private void addRun() {
        RunService service = new RunService();
        add(service::main, BOOT + "run_as_main_wrapper");
        add(service::voidFunction, BOOT + "run_as_void_function_wrapper");
        add(service::intFunction, BOOT + "run_as_int_function_wrapper");
        add(service::voidFunctions, OURS + "call_functions");
    }

    private void addMemoryAccess() {
        MemoryAccessService service = new MemoryAccessService(guest.memory());
        for (int sizeBytes = 1; sizeBytes <= Long.BYTES; sizeBytes *= 2) {
            String type = "uint" + sizeBytes * Byte.SIZE + "s_wrapper";
            add(service.writes(sizeBytes), BOOT + "mem_write_" + type);
            add(service.reads(sizeBytes), BOOT + "mem_read_" + type);
        }
        add(service.writes(Long.BYTES), BOOT + "mem_write_pointers_wrapper");
        add(service.reads(Long.BYTES), BOOT + "mem_read_pointers_wrapper");
        add(service::writeBuffers, BOOT + "mem_write_buffers_wrapper");
        add(service::readBuffers, BOOT + "mem_read_buffers_wrapper");
        add(service::readStrings, BOOT + "mem_read_strings_wrapper");
    }

    private void addRegistration() {
        RegistrationService service = new RegistrationService();
        WrapperFunction register = service::registerEhFrames;
        WrapperFunction deregister = service::deregisterEhFrames;
        WrapperFunction debugObject = service::registerDebugObject;
        add(BOOTSTRAP, true, register, "llvm_orc_registerEHFrameSectionWrapper");
        add(BOOTSTRAP, true, deregister, "llvm_orc_deregisterEHFrameSectionWrapper");
        add(BOTH, true, register, "llvm_orc_registerEHFrameAllocAction");
        add(BOTH, true, deregister, "llvm_orc_deregisterEHFrameAllocAction");
        add(BOTH, true, debugObject, "llvm_orc_registerJITLoaderGDBAllocAction");
        add(PROCESS, true, debugObject, "llvm_orc_registerJITLoaderGDBWrapper");
    }

    private void addThreadLocals() {
        ThreadLocalService service = new ThreadLocalService();
        add(service::open, ThreadLocalStorage.OPEN);
        add(service::close, ThreadLocalStorage.CLOSE);
    }

    private void add(WrapperFunction function, String... names) {
        add(BOOTSTRAP, false, function, names);
    }

    private void add(Scope scope, boolean registers, WrapperFunction function, String... names) {
        for (String name : names) {
            rows.add(new Row(scope, name, registers, function));
        }
    }

    /**
     * Our own names first, then what guest code calls in place of the C library's, then the
     * process.
     */
    private Optional<ExecutorAddress> processSymbol(String name) {
        ExecutorAddress own = table.processSymbol(name);
        if (own != null) {
            return Optional.of(own);
        }
        return hooks.find(name).or(() -> guest.libraries().find(guest.libraries().process(), name));
    }
}
