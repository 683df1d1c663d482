package dev.orcinus.executor.service;

import static dev.orcinus.executor.session.WrapperTable.Scope.BOOTSTRAP;
import static dev.orcinus.executor.session.WrapperTable.Scope.BOTH;
import static dev.orcinus.executor.session.WrapperTable.Scope.PROCESS;

import dev.orcinus.executor.session.OrGuestEnd;
import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.executor.session.WrapperTable;
import dev.orcinus.executor.session.WrapperTable.Row;
import dev.orcinus.executor.session.WrapperTable.Scope;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.OrcinusNames;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of all functions that LLVM 19 to 24 and our own loader call in an executor, under
 * LLVM's names. A new wrapper function is one row here; a service that has something to do when a
 * session ends is added to the list here.
 */
public final class BootstrapServices {
    private final List<Row> rows = new ArrayList<>();
    private final List<Service> services = new ArrayList<>();
    private final Instance memoryInstance = new Instance();
    private final Instance sharedInstance = new Instance();
    private final Instance dylibInstance = new Instance();
    private final Guest guest;
    private final PresentedTarget target;
    private final NativeHooks hooks;
    private final WrapperTable table;

    /**
     * Gives each function its address.
     *
     * @param target the target of the controllers' code
     * @param hooks functions that guest code calls by C names
     * @param entry creates the function that native code calls
     */
    public BootstrapServices(
            Guest guest, PresentedTarget target, NativeHooks hooks, WrapperTable.NativeEntry entry)
            throws HostCallException {
        this.guest = guest;
        this.target = target;
        this.hooks = hooks;
        WrapperFunction reserveShared = addShared();
        addThreadLocals();
        WrapperFunction reserve = addMemory();
        addRegistration();
        addMemoryAccess();
        WrapperFunction open = addDylibs();
        services.add(new StdioService());
        addRun();
        this.table =
                new WrapperTable(
                        guest,
                        target,
                        rows,
                        Map.of(
                                LlvmNames.MEMORY_INSTANCE,
                                reserve,
                                LlvmNames.NATIVE_MEMORY_INSTANCE,
                                reserve,
                                LlvmNames.SHARED_INSTANCE,
                                reserveShared,
                                LlvmNames.DYLIBS_INSTANCE,
                                open,
                                LlvmNames.NATIVE_DYLIBS_INSTANCE,
                                open),
                        entry);
        memoryInstance.at(address(LlvmNames.MEMORY_INSTANCE));
        sharedInstance.at(address(LlvmNames.SHARED_INSTANCE));
        dylibInstance.at(address(LlvmNames.DYLIBS_INSTANCE));
    }

    private ExecutorAddress address(String bootstrapSymbol) {
        return table.bootstrapSymbols().get(bootstrapSymbol);
    }

    /** Returns the table. */
    public WrapperTable table() {
        return table;
    }

    /**
     * Returns the services that are told of a session's end, each after those that it uses. At the
     * end the last one is the first: guest code gets time to end, stdio is flushed, then memory is
     * freed with its dealloc actions, then thread-local storage; the names of shared memory that
     * stays are removed.
     */
    public List<Service> services() {
        return services;
    }

    private WrapperFunction addMemory() {
        MemoryService service = new MemoryService(memoryInstance, guest.libraries());
        services.add(service);
        WrapperFunction reserve = OrGuestEnd.expected(service::reserve);
        add(reserve, LlvmNames.MEMORY_RESERVE, LlvmNames.NATIVE_MEMORY_RESERVE);
        add(
                OrGuestEnd.expected(service::initialize),
                LlvmNames.MEMORY_INITIALIZE,
                LlvmNames.NATIVE_MEMORY_INITIALIZE);
        add(
                OrGuestEnd.error(service::deinitialize),
                LlvmNames.MEMORY_DEINITIALIZE,
                LlvmNames.NATIVE_MEMORY_DEINITIALIZE);
        add(
                OrGuestEnd.error(service::release),
                LlvmNames.MEMORY_RELEASE,
                LlvmNames.NATIVE_MEMORY_RELEASE);
        add(OrGuestEnd.error(service::finalizeWhole), LlvmNames.MEMORY_FINALIZE);
        add(OrGuestEnd.error(service::release), LlvmNames.MEMORY_DEALLOCATE);
        add(OrGuestEnd.expected(service::reserveSlab), OrcinusNames.RESERVE_SLAB);
        return reserve;
    }

    private WrapperFunction addShared() {
        SharedMemoryService service = new SharedMemoryService(sharedInstance);
        services.add(service);
        WrapperFunction reserve = OrGuestEnd.expected(service::reserve);
        add(reserve, LlvmNames.SHARED_RESERVE);
        add(OrGuestEnd.expected(service::initialize), LlvmNames.SHARED_INITIALIZE);
        add(OrGuestEnd.error(service::deinitialize), LlvmNames.SHARED_DEINITIALIZE);
        add(OrGuestEnd.error(service::release), LlvmNames.SHARED_RELEASE);
        return reserve;
    }

    private WrapperFunction addDylibs() {
        DylibService service =
                new DylibService(dylibInstance, guest.libraries(), target, this::processSymbols);
        services.add(service);
        WrapperFunction open = OrGuestEnd.expected(service::open);
        add(open, LlvmNames.DYLIBS_OPEN, LlvmNames.NATIVE_DYLIBS_LOAD);
        add(OrGuestEnd.expected(service::lookup), LlvmNames.DYLIBS_LOOKUP);
        add(
                OrGuestEnd.expected(service::resolve),
                LlvmNames.DYLIBS_RESOLVE,
                LlvmNames.NATIVE_DYLIBS_LOOKUP);
        add(newer(DylibService.lookupIn(this::instance)), LlvmNames.LOOKUP_INSTANCES);
        return open;
    }

    private void addRun() {
        RunService service = new RunService();
        services.add(service);
        addRenamed(service::main, LlvmNames.RUN_AS_MAIN, LlvmNames.CALL_MAIN);
        addRenamed(
                service::voidFunction, LlvmNames.RUN_AS_VOID_FUNCTION, LlvmNames.CALL_INT32_VOID);
        addRenamed(service::intFunction, LlvmNames.RUN_AS_INT_FUNCTION, LlvmNames.CALL_INT32_INT32);
        add(newer(service::voidVoid), LlvmNames.CALL_VOID_VOID);
        add(service::voidFunctions, OrcinusNames.CALL_FUNCTIONS);
    }

    private void addMemoryAccess() {
        MemoryAccessService service = new MemoryAccessService(guest.memory());
        for (int sizeBytes = 1; sizeBytes <= Long.BYTES; sizeBytes *= 2) {
            addAccess(service.writes(sizeBytes), LlvmNames.writeIntegers(sizeBytes * Byte.SIZE));
            addAccess(service.reads(sizeBytes), LlvmNames.readIntegers(sizeBytes * Byte.SIZE));
        }
        addAccess(service.writes(Long.BYTES), LlvmNames.WRITE_POINTERS);
        addAccess(service.reads(Long.BYTES), LlvmNames.READ_POINTERS);
        addAccess(service::writeBuffers, LlvmNames.WRITE_BUFFERS);
        addAccess(service::readBuffers, LlvmNames.READ_BUFFERS);
        addAccess(service::readStrings, LlvmNames.READ_STRINGS);
    }

    private void addAccess(WrapperFunction function, String name) {
        addRenamed(function, name, LlvmNames.nativeAccess(name));
    }

    private void addRegistration() {
        RegistrationService service = new RegistrationService();
        WrapperFunction register = service::registerEhFrames;
        WrapperFunction deregister = service::deregisterEhFrames;
        WrapperFunction debugObject = service::registerDebugObject;
        add(BOOTSTRAP, true, register, LlvmNames.REGISTER_EH_FRAMES);
        add(BOOTSTRAP, true, deregister, LlvmNames.DEREGISTER_EH_FRAMES);
        add(BOTH, true, register, LlvmNames.REGISTER_EH_FRAMES_ACTION);
        add(BOTH, true, deregister, LlvmNames.DEREGISTER_EH_FRAMES_ACTION);
        add(BOOTSTRAP, true, register, LlvmNames.NATIVE_REGISTER_EH_FRAMES_ACTION);
        add(BOOTSTRAP, true, deregister, LlvmNames.NATIVE_DEREGISTER_EH_FRAMES_ACTION);
        add(
                BOOTSTRAP,
                true,
                service::showDebugObject,
                LlvmNames.NATIVE_REGISTER_DEBUG_OBJECT_ACTION);
        add(
                BOOTSTRAP,
                true,
                service::withdrawDebugObject,
                LlvmNames.NATIVE_DEREGISTER_DEBUG_OBJECT_ACTION);
        add(BOTH, true, debugObject, LlvmNames.REGISTER_DEBUG_OBJECT_ACTION);
        add(PROCESS, true, debugObject, LlvmNames.REGISTER_DEBUG_OBJECT);
        add(PROCESS, true, service::startProfile, LlvmNames.PERF_START);
        add(PROCESS, true, service::profile, LlvmNames.PERF_CODE);
        add(PROCESS, true, service::endProfile, LlvmNames.PERF_END);
        if (target.triple().isApple()) {
            addUnwindInfo(service);
        }
    }

    private void addUnwindInfo(RegistrationService service) {
        add(
                BOOTSTRAP,
                true,
                service::registerUnwindInfo,
                LlvmNames.REGISTER_UNWIND_INFO,
                LlvmNames.REGISTER_UNWIND_SECTIONS);
        add(
                BOOTSTRAP,
                true,
                service::deregisterUnwindInfo,
                LlvmNames.DEREGISTER_UNWIND_INFO,
                LlvmNames.DEREGISTER_UNWIND_SECTIONS);
    }

    private void addThreadLocals() {
        ThreadLocalService service = new ThreadLocalService();
        services.add(service);
        add(service::open, OrcinusNames.OPEN_THREAD_LOCALS);
        add(service::close, OrcinusNames.CLOSE_THREAD_LOCALS);
    }

    /** Adds a function that LLVM 24 calls by another name than 19 to 23. */
    private void addRenamed(WrapperFunction function, String name, String newName) {
        add(function, name);
        add(newer(function), newName);
    }

    /** Returns a function whose call shows that the controller is one of LLVM 24 or later. */
    private static WrapperFunction newer(WrapperFunction function) {
        return (session, arguments) -> {
            session.noteResultKinds();
            return function.call(session, arguments);
        };
    }

    private void add(WrapperFunction function, String... names) {
        add(BOOTSTRAP, false, function, names);
    }

    private void add(Scope scope, boolean registers, WrapperFunction function, String... names) {
        for (String name : names) {
            rows.add(new Row(scope, name, registers, function));
        }
    }

    /** Looks for a name of the Setup message, in either spelling. */
    private Optional<ExecutorAddress> instance(String name) {
        return Optional.ofNullable(target.symbols(table.bootstrapSymbols()).get(name));
    }

    /**
     * Looks for names among our own, then among our replacements of C functions, then in the
     * process, with one request.
     */
    private List<Optional<ExecutorAddress>> processSymbols(List<String> names) {
        List<Optional<ExecutorAddress>> found = new ArrayList<>(names.size());
        List<String> others = new ArrayList<>();
        for (String name : names) {
            Optional<ExecutorAddress> own =
                    Optional.ofNullable(table.processSymbol(name)).or(() -> hooks.find(name));
            if (own.isEmpty()) {
                others.add(name);
            }
            found.add(own);
        }
        Iterator<ExecutorAddress> addresses = ofProcess(others).iterator();
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).isEmpty()) {
                String name = names.get(i);
                found.set(
                        i,
                        Optional.of(addresses.next())
                                .filter(a -> !a.isNull())
                                .map(address -> hooks.insteadOf(name, address)));
            }
        }
        return found;
    }

    private List<ExecutorAddress> ofProcess(List<String> names) {
        GuestLibraries libraries = guest.libraries();
        return names.isEmpty() ? List.of() : libraries.find(libraries.process(), names);
    }
}
