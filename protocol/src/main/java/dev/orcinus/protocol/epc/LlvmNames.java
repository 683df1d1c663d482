package dev.orcinus.protocol.epc;

/**
 * The names that LLVM 19 to 23 give to the services of an executor. They stand here and nowhere
 * else: the executor offers them, and the loader looks them up. Most are names of the Setup
 * message. A "wrapper" is a wrapper function; an "instance" is the object of a manager class, the
 * first argument of that class's functions.
 */
public final class LlvmNames {
    /** The jit-dispatch function, with which guest code calls the controller. */
    public static final String DISPATCH_FUNCTION = "__llvm_orc_SimpleRemoteEPC_dispatch_fn";

    /** The first argument of {@link #DISPATCH_FUNCTION}. */
    public static final String DISPATCH_CONTEXT = "__llvm_orc_SimpleRemoteEPC_dispatch_ctx";

    private static final String MEMORY = "__llvm_orc_SimpleExecutorMemoryManager_";

    /** The memory manager. */
    public static final String MEMORY_INSTANCE = MEMORY + "Instance";

    /** Reserves address space. */
    public static final String MEMORY_RESERVE = MEMORY + "reserve_wrapper";

    /** Fills and protects a part of a reservation; the newer form. */
    public static final String MEMORY_INITIALIZE = MEMORY + "initialize_wrapper";

    /** Takes an initialized part back; the newer form. */
    public static final String MEMORY_DEINITIALIZE = MEMORY + "deinitialize_wrapper";

    /** Releases reservations; the newer form. */
    public static final String MEMORY_RELEASE = MEMORY + "release_wrapper";

    /** Fills and protects a whole reservation; the older form. */
    public static final String MEMORY_FINALIZE = MEMORY + "finalize_wrapper";

    /** Takes back and releases; the older form. */
    public static final String MEMORY_DEALLOCATE = MEMORY + "deallocate_wrapper";

    private static final String NATIVE_MEMORY = "orc_rt_ci_sps_SimpleNativeMemoryMap_";

    /** The memory manager; LLVM 23. */
    public static final String NATIVE_MEMORY_INSTANCE = "orc_rt_ci_SimpleNativeMemoryMap_Instance";

    /** {@link #MEMORY_RESERVE}; LLVM 23. */
    public static final String NATIVE_MEMORY_RESERVE = NATIVE_MEMORY + "reserve";

    /** {@link #MEMORY_INITIALIZE}; LLVM 23. */
    public static final String NATIVE_MEMORY_INITIALIZE = NATIVE_MEMORY + "initialize";

    /** {@link #MEMORY_DEINITIALIZE}; LLVM 23. */
    public static final String NATIVE_MEMORY_DEINITIALIZE = NATIVE_MEMORY + "deinitializeMultiple";

    /** {@link #MEMORY_RELEASE}; LLVM 23. */
    public static final String NATIVE_MEMORY_RELEASE = NATIVE_MEMORY + "releaseMultiple";

    private static final String SHARED = "__llvm_orc_ExecutorSharedMemoryMapperService_";

    /** The manager of shared memory. */
    public static final String SHARED_INSTANCE = SHARED + "Instance";

    /** Reserves shared memory. */
    public static final String SHARED_RESERVE = SHARED + "Reserve";

    /** Protects memory that the controller has filled. */
    public static final String SHARED_INITIALIZE = SHARED + "Initialize";

    /** Takes initialized memory back. */
    public static final String SHARED_DEINITIALIZE = SHARED + "Deinitialize";

    /** Releases shared reservations. */
    public static final String SHARED_RELEASE = SHARED + "Release";

    private static final String DYLIBS = "__llvm_orc_SimpleExecutorDylibManager_";

    /** The manager of shared libraries. */
    public static final String DYLIBS_INSTANCE = DYLIBS + "Instance";

    /** Opens a library, or the process itself. */
    public static final String DYLIBS_OPEN = DYLIBS + "open_wrapper";

    /** Finds symbols; the older form. */
    public static final String DYLIBS_LOOKUP = DYLIBS + "lookup_wrapper";

    /** Finds symbols; the newer form. */
    public static final String DYLIBS_RESOLVE = DYLIBS + "resolve_wrapper";

    private static final String NATIVE_DYLIBS = "orc_rt_ci_sps_NativeDylibManager_";

    /** The manager of shared libraries; LLVM 23. */
    public static final String NATIVE_DYLIBS_INSTANCE = "orc_rt_ci_NativeDylibManager_Instance";

    /** {@link #DYLIBS_OPEN}; LLVM 23. */
    public static final String NATIVE_DYLIBS_LOAD = NATIVE_DYLIBS + "load";

    /** {@link #DYLIBS_RESOLVE}; LLVM 23. */
    public static final String NATIVE_DYLIBS_LOOKUP = NATIVE_DYLIBS + "lookup";

    private static final String BOOTSTRAP = "__llvm_orc_bootstrap_";

    /** Calls {@code int main(int, char **)}. */
    public static final String RUN_AS_MAIN = BOOTSTRAP + "run_as_main_wrapper";

    /** Calls a function without arguments. */
    public static final String RUN_AS_VOID_FUNCTION = BOOTSTRAP + "run_as_void_function_wrapper";

    /** Calls {@code int f(int)}. */
    public static final String RUN_AS_INT_FUNCTION = BOOTSTRAP + "run_as_int_function_wrapper";

    private static final String WRITE = BOOTSTRAP + "mem_write_";

    /** Stores pointers. */
    public static final String WRITE_POINTERS = WRITE + "pointers_wrapper";

    /** Stores bytes. */
    public static final String WRITE_BUFFERS = WRITE + "buffers_wrapper";

    private static final String READ = BOOTSTRAP + "mem_read_";

    /** Loads pointers. */
    public static final String READ_POINTERS = READ + "pointers_wrapper";

    /** Loads bytes. */
    public static final String READ_BUFFERS = READ + "buffers_wrapper";

    /** Loads C strings. */
    public static final String READ_STRINGS = READ + "strings_wrapper";

    /** Registers unwind info, as a call; LLVM 19. */
    public static final String REGISTER_EH_FRAMES = "llvm_orc_registerEHFrameSectionWrapper";

    /** Takes unwind info back, as a call; LLVM 19. */
    public static final String DEREGISTER_EH_FRAMES = "llvm_orc_deregisterEHFrameSectionWrapper";

    /** Registers unwind info, as an allocation action. */
    public static final String REGISTER_EH_FRAMES_ACTION = "llvm_orc_registerEHFrameAllocAction";

    /** Takes unwind info back, as an allocation action. */
    public static final String DEREGISTER_EH_FRAMES_ACTION =
            "llvm_orc_deregisterEHFrameAllocAction";

    /** {@link #REGISTER_EH_FRAMES_ACTION}; versions after LLVM 23. */
    public static final String REGISTER_EH_FRAMES_SECTION_ACTION =
            "llvm_orc_registerEHFrameSectionAllocAction";

    /** {@link #DEREGISTER_EH_FRAMES_ACTION}; versions after LLVM 23. */
    public static final String DEREGISTER_EH_FRAMES_SECTION_ACTION =
            "llvm_orc_deregisterEHFrameSectionAllocAction";

    /** Registers a debug object with GDB, as a call. */
    public static final String REGISTER_DEBUG_OBJECT = "llvm_orc_registerJITLoaderGDBWrapper";

    /** Registers a debug object with GDB, as an allocation action. */
    public static final String REGISTER_DEBUG_OBJECT_ACTION =
            "llvm_orc_registerJITLoaderGDBAllocAction";

    private static final String UNWIND_INFO = "orc_rt_alt_UnwindInfoManager_";

    /** Registers code with its unwind info, for Mach-O; LLVM 21 and 22. */
    public static final String REGISTER_UNWIND_INFO = UNWIND_INFO + "register";

    /** Takes {@link #REGISTER_UNWIND_INFO} back. */
    public static final String DEREGISTER_UNWIND_INFO = UNWIND_INFO + "deregister";

    private static final String UNWIND_SECTIONS = "orc_rt_ci_aa_sps_MachOUnwindInfoRegistrar_";

    /** {@link #REGISTER_UNWIND_INFO}; LLVM 23. */
    public static final String REGISTER_UNWIND_SECTIONS = UNWIND_SECTIONS + "registerSections";

    /** {@link #DEREGISTER_UNWIND_INFO}; LLVM 23. */
    public static final String DEREGISTER_UNWIND_SECTIONS = UNWIND_SECTIONS + "deregisterSections";

    private LlvmNames() {}

    /** Returns the name of the function that stores integers of 8, 16, 32 or 64 bits. */
    public static String writeIntegers(int bits) {
        return WRITE + integers(bits);
    }

    /** Returns the name of the function that loads integers of 8, 16, 32 or 64 bits. */
    public static String readIntegers(int bits) {
        return READ + integers(bits);
    }

    private static String integers(int bits) {
        return "uint" + bits + "s_wrapper";
    }
}
