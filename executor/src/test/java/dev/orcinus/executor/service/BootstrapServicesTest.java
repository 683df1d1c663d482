package dev.orcinus.executor.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.orcinus.executor.TestSession;
import dev.orcinus.executor.session.WrapperTable;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class BootstrapServicesTest {
    /**
     * All names in the Setup messages of the executors of LLVM 19 to 24 on Linux, and our own
     * names.
     */
    private static final String NAMES =
            """
            __llvm_orc_SimpleRemoteEPC_dispatch_ctx
            __llvm_orc_SimpleRemoteEPC_dispatch_fn
            __llvm_orc_bootstrap_run_as_main_wrapper
            __llvm_orc_bootstrap_run_as_void_function_wrapper
            __llvm_orc_bootstrap_run_as_int_function_wrapper
            __llvm_orc_bootstrap_mem_write_uint8s_wrapper
            __llvm_orc_bootstrap_mem_write_uint16s_wrapper
            __llvm_orc_bootstrap_mem_write_uint32s_wrapper
            __llvm_orc_bootstrap_mem_write_uint64s_wrapper
            __llvm_orc_bootstrap_mem_write_pointers_wrapper
            __llvm_orc_bootstrap_mem_write_buffers_wrapper
            __llvm_orc_bootstrap_mem_read_uint8s_wrapper
            __llvm_orc_bootstrap_mem_read_uint16s_wrapper
            __llvm_orc_bootstrap_mem_read_uint32s_wrapper
            __llvm_orc_bootstrap_mem_read_uint64s_wrapper
            __llvm_orc_bootstrap_mem_read_pointers_wrapper
            __llvm_orc_bootstrap_mem_read_buffers_wrapper
            __llvm_orc_bootstrap_mem_read_strings_wrapper
            __llvm_orc_SimpleExecutorDylibManager_Instance
            __llvm_orc_SimpleExecutorDylibManager_open_wrapper
            __llvm_orc_SimpleExecutorDylibManager_lookup_wrapper
            __llvm_orc_SimpleExecutorDylibManager_resolve_wrapper
            orc_rt_ci_NativeDylibManager_Instance
            orc_rt_ci_sps_NativeDylibManager_load
            orc_rt_ci_sps_NativeDylibManager_lookup
            __llvm_orc_SimpleExecutorMemoryManager_Instance
            __llvm_orc_SimpleExecutorMemoryManager_reserve_wrapper
            __llvm_orc_SimpleExecutorMemoryManager_finalize_wrapper
            __llvm_orc_SimpleExecutorMemoryManager_deallocate_wrapper
            __llvm_orc_SimpleExecutorMemoryManager_initialize_wrapper
            __llvm_orc_SimpleExecutorMemoryManager_deinitialize_wrapper
            __llvm_orc_SimpleExecutorMemoryManager_release_wrapper
            orc_rt_ci_SimpleNativeMemoryMap_Instance
            orc_rt_ci_sps_SimpleNativeMemoryMap_reserve
            orc_rt_ci_sps_SimpleNativeMemoryMap_initialize
            orc_rt_ci_sps_SimpleNativeMemoryMap_deinitializeMultiple
            orc_rt_ci_sps_SimpleNativeMemoryMap_releaseMultiple
            __llvm_orc_ExecutorSharedMemoryMapperService_Instance
            __llvm_orc_ExecutorSharedMemoryMapperService_Reserve
            __llvm_orc_ExecutorSharedMemoryMapperService_Initialize
            __llvm_orc_ExecutorSharedMemoryMapperService_Deinitialize
            __llvm_orc_ExecutorSharedMemoryMapperService_Release
            llvm_orc_registerEHFrameSectionWrapper
            llvm_orc_deregisterEHFrameSectionWrapper
            llvm_orc_registerEHFrameAllocAction
            llvm_orc_deregisterEHFrameAllocAction
            llvm_orc_registerJITLoaderGDBAllocAction
            orc_rt_ci_sps_call_main
            orc_rt_ci_sps_call_int32_void
            orc_rt_ci_sps_call_int32_int32
            orc_rt_ci_sps_call_void_void
            orc_rt_ci_sps_mem_write_uint8s
            orc_rt_ci_sps_mem_write_uint16s
            orc_rt_ci_sps_mem_write_uint32s
            orc_rt_ci_sps_mem_write_uint64s
            orc_rt_ci_sps_mem_write_pointers
            orc_rt_ci_sps_mem_write_buffers
            orc_rt_ci_sps_mem_read_uint8s
            orc_rt_ci_sps_mem_read_uint16s
            orc_rt_ci_sps_mem_read_uint32s
            orc_rt_ci_sps_mem_read_uint64s
            orc_rt_ci_sps_mem_read_pointers
            orc_rt_ci_sps_mem_read_buffers
            orc_rt_ci_sps_mem_read_strings
            orc_rt_ci_sps_Session_lookupInstanceSymbols
            orc_rt_ci_aa_sps_GDBJITRegistrar_register
            orc_rt_ci_aa_sps_GDBJITRegistrar_deregister
            orc_rt_ci_aa_sps_DWARFEHFrameRegistrar_registerSection
            orc_rt_ci_aa_sps_DWARFEHFrameRegistrar_deregisterSection
            orcinus_reserve_slab
            orcinus_call_functions
            orcinus_open_thread_locals
            orcinus_close_thread_locals
            """;

    private static final WrapperTable TABLE = table();

    private static WrapperTable table() {
        try {
            return new BootstrapServices(
                            TestSession.GUEST,
                            PresentedTarget.of(TestSession.GUEST),
                            new NativeHooks(TestSession.GUEST, Map.of(), _ -> Optional.empty()),
                            _ -> ExportedFunction.wrapper(_ -> WrapperFunctionResult.EMPTY))
                    .table();
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    private static ExecutorAddress address(String name) {
        return TABLE.bootstrapSymbols().get(name);
    }

    @Test
    void theSetupMessageHoldsTheNamesOfAllVersionsAndNoOthers() throws Exception {
        try (TestSession session = new TestSession()) {
            assertEquals(
                    new TreeSet<>(NAMES.lines().toList()),
                    new TreeSet<>(session.setup().bootstrapSymbols().keySet()));
            assertFalse(session.setup().bootstrapSymbols().containsValue(ExecutorAddress.NULL));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SimpleNativeMemoryMap_reserve, SimpleExecutorMemoryManager_reserve_wrapper",
        "SimpleNativeMemoryMap_initialize, SimpleExecutorMemoryManager_initialize_wrapper",
        "SimpleNativeMemoryMap_deinitializeMultiple,"
                + " SimpleExecutorMemoryManager_deinitialize_wrapper",
        "SimpleNativeMemoryMap_releaseMultiple, SimpleExecutorMemoryManager_release_wrapper",
        "NativeDylibManager_load, SimpleExecutorDylibManager_open_wrapper",
        "NativeDylibManager_lookup, SimpleExecutorDylibManager_resolve_wrapper",
    })
    void llvm23sNamesAreTheSameFunctions(String alias, String name) {
        assertNotNull(address("__llvm_orc_" + name));
        assertEquals(address("__llvm_orc_" + name), address("orc_rt_ci_sps_" + alias));
    }

    @Test
    void llvm24sActionsForUnwindInfoAreTheSameFunctions() {
        for (String action : List.of("register", "deregister")) {
            assertEquals(
                    address("llvm_orc_" + action + "EHFrameAllocAction"),
                    address("orc_rt_ci_aa_sps_DWARFEHFrameRegistrar_" + action + "Section"));
        }
    }

    @Test
    void eachServiceHasOneInstance() {
        ExecutorAddress memory = address("__llvm_orc_SimpleExecutorMemoryManager_Instance");
        ExecutorAddress dylibs = address("__llvm_orc_SimpleExecutorDylibManager_Instance");
        ExecutorAddress shared = address("__llvm_orc_ExecutorSharedMemoryMapperService_Instance");
        assertEquals(memory, address("orc_rt_ci_SimpleNativeMemoryMap_Instance"));
        assertEquals(dylibs, address("orc_rt_ci_NativeDylibManager_Instance"));
        assertEquals(3, Set.of(memory, dylibs, shared).size());
        assertNotEquals(TestSession.GUEST.libraries().process(), dylibs);
    }

    @Test
    void everyFunctionIsFoundAtItsAddress() {
        TABLE.bootstrapSymbols().forEach((name, address) -> assertNotNull(TABLE.at(address), name));
        assertNull(TABLE.at(ExecutorAddress.NULL));
        assertNull(TABLE.at(new ExecutorAddress(-1)));
    }

    @Test
    void functionsThatDifferHaveDifferentAddresses() {
        List<ExecutorAddress> functions =
                Stream.of("reserve", "initialize", "deinitialize", "release", "finalize")
                        .map(
                                f ->
                                        address(
                                                "__llvm_orc_SimpleExecutorMemoryManager_"
                                                        + f
                                                        + "_wrapper"))
                        .toList();
        assertEquals(functions.size(), new HashSet<>(functions).size());
        List<ExecutorAddress> sizes =
                Arrays.stream(new int[] {8, 16, 32, 64})
                        .boxed()
                        .flatMap(bits -> Stream.of("read", "write").map(how -> access(how, bits)))
                        .toList();
        assertEquals(8, new HashSet<>(sizes).size());
    }

    private static ExecutorAddress access(String how, int bits) {
        return address("__llvm_orc_bootstrap_mem_" + how + "_uint" + bits + "s_wrapper");
    }

    /**
     * Controllers look for these functions and allocation actions among the symbols of the process.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "llvm_orc_registerJITLoaderGDBWrapper",
                "llvm_orc_registerJITLoaderPerfStart",
                "llvm_orc_registerJITLoaderPerfImpl",
                "llvm_orc_registerJITLoaderPerfEnd",
                "llvm_orc_registerJITLoaderGDBAllocAction",
                "llvm_orc_registerEHFrameAllocAction",
                "llvm_orc_deregisterEHFrameAllocAction",
            })
    void namesThatControllersFindInTheProcessAreAnswered(String name) {
        assertNotNull(TABLE.at(TABLE.processSymbol(name)), name);
    }

    @Test
    void otherNamesAreTheProcesss() {
        assertNull(TABLE.processSymbol("printf"));
        assertNull(TABLE.processSymbol("__llvm_orc_SimpleExecutorMemoryManager_reserve_wrapper"));
    }
}
