package dev.orcinus.executor.orcrt.macho;

import dev.orcinus.executor.orcrt.core.EntryPoint;
import java.util.List;

/** The entry points of LLVM's Mach-O platform, in the order of their thunks, by their C names. */
enum MachOEntry implements EntryPoint {
    /** The first use of a thread-local: {@code void f(entry)}. */
    TLS_FIRST_USE(Kind.FUNCTION),
    /** {@code void *__orc_rt_resolve(void *trampoline)}. */
    RESOLVE(Kind.FUNCTION, "__orc_rt_resolve"),
    /** {@code SPSError ()}. */
    PLATFORM_BOOTSTRAP(Kind.REGISTRATION, "__orc_rt_macho_platform_bootstrap"),
    /** {@code SPSError ()}. */
    PLATFORM_SHUTDOWN(Kind.REGISTRATION, "__orc_rt_macho_platform_shutdown"),
    /** {@code SPSError (string, addr)}. */
    REGISTER_JITDYLIB(Kind.REGISTRATION, "__orc_rt_macho_register_jitdylib"),
    /** {@code SPSError (addr)}. */
    DEREGISTER_JITDYLIB(Kind.REGISTRATION, "__orc_rt_macho_deregister_jitdylib"),
    /** {@code SPSError (addr, optional<unwind info>, seq<tuple<string, range>>)}. */
    REGISTER_OBJECT_PLATFORM_SECTIONS(
            Kind.REGISTRATION, "__orc_rt_macho_register_object_platform_sections"),
    /** The same arguments as of the registration. */
    DEREGISTER_OBJECT_PLATFORM_SECTIONS(
            Kind.REGISTRATION, "__orc_rt_macho_deregister_object_platform_sections"),
    /** {@code SPSError (addr, seq<tuple<addr, addr, uint8>>)}. */
    REGISTER_OBJECT_SYMBOL_TABLE(Kind.REGISTRATION, "__orc_rt_macho_register_object_symbol_table"),
    /** The same arguments as of the registration. */
    DEREGISTER_OBJECT_SYMBOL_TABLE(
            Kind.REGISTRATION, "__orc_rt_macho_deregister_object_symbol_table"),
    /** {@code SPSExpected<uint64> ()}. */
    CREATE_PTHREAD_KEY(Kind.REGISTRATION, "__orc_rt_macho_create_pthread_key"),
    /** {@code SPSError (seq<wrapper function call>)}. */
    RUN_WRAPPER_FUNCTION_CALLS(Kind.WRAPPER, "__orc_rt_macho_run_wrapper_function_calls"),
    /** {@code int64 (string, string, seq<string>)}. */
    RUN_PROGRAM_WRAPPER(Kind.WRAPPER, "__orc_rt_run_program_wrapper"),
    /** {@code addr (string, int32)}. */
    DLOPEN_WRAPPER(Kind.WRAPPER, "__orc_rt_jit_dlopen_wrapper"),
    /** {@code int32 (addr)}. */
    DLUPDATE_WRAPPER(Kind.WRAPPER, "__orc_rt_jit_dlupdate_wrapper"),
    /** {@code int32 (addr)}. */
    DLCLOSE_WRAPPER(Kind.WRAPPER, "__orc_rt_jit_dlclose_wrapper"),
    /** {@code string ()}. */
    DLERROR_WRAPPER(Kind.WRAPPER, "__orc_rt_jit_dlerror_wrapper"),
    /** {@code void *dlopen(const char *, int)}. */
    DLOPEN(Kind.FUNCTION, "__orc_rt_macho_jit_dlopen"),
    /** {@code int dlupdate(void *)}. */
    DLUPDATE(Kind.FUNCTION, "__orc_rt_macho_jit_dlupdate"),
    /** {@code int dlclose(void *)}. */
    DLCLOSE(Kind.FUNCTION, "__orc_rt_macho_jit_dlclose"),
    /** {@code void *dlsym(void *, const char *)}. */
    DLSYM(Kind.FUNCTION, "__orc_rt_macho_jit_dlsym"),
    /** {@code const char *dlerror(void)}. */
    DLERROR(Kind.FUNCTION, "__orc_rt_macho_jit_dlerror"),
    /** {@code int __cxa_atexit(void (*)(void *), void *, void *)}. */
    CXA_ATEXIT(Kind.FUNCTION, "__orc_rt_macho_cxa_atexit"),
    /** {@code void _tlv_atexit(void (*)(void *), void *)}: a destructor of this thread. */
    TLV_ATEXIT(Kind.FUNCTION, "_tlv_atexit"),
    /** {@code void __cxa_finalize(void *)}. */
    CXA_FINALIZE(Kind.FUNCTION, "__orc_rt_macho_cxa_finalize"),
    /** {@code int64_t f(const char *dylib, const char *entry, int argc, char **argv)}. */
    RUN_PROGRAM(Kind.FUNCTION, "__orc_rt_macho_run_program"),
    /** {@code void f(uint64_t unit, uint32_t version)}. */
    REOPTIMIZE(Kind.FUNCTION, "__orc_rt_reoptimize"),
    /** {@code void f(const char *)}. */
    LOG_ERROR(Kind.FUNCTION, "__orc_rt_log_error_to_stderr");

    /** All entry points, by number. */
    static final List<MachOEntry> ALL = List.of(values());

    private final Kind kind;
    private final String symbol;

    MachOEntry(Kind kind) {
        this(kind, "");
    }

    MachOEntry(Kind kind, String symbol) {
        this.kind = kind;
        this.symbol = symbol;
    }

    @Override
    public int number() {
        return ALL.indexOf(this);
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public String symbol() {
        return symbol;
    }
}
