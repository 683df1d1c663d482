package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.executor.orcrt.core.EntryPoint;
import java.util.List;

/** The entry points of LLVM's ELF platform, in the order of their thunks. */
enum ElfNixEntry implements EntryPoint {
    /** The first use of a thread-local: {@code void f(entry)}. */
    TLS_FIRST_USE(Kind.FUNCTION),
    /** {@code void *__orc_rt_resolve(void *trampoline)}. */
    RESOLVE(Kind.FUNCTION, "__orc_rt_resolve"),
    /** {@code SPSError (addr)}. */
    PLATFORM_BOOTSTRAP(Kind.REGISTRATION, "__orc_rt_elfnix_platform_bootstrap"),
    /** {@code SPSError ()}. */
    PLATFORM_SHUTDOWN(Kind.REGISTRATION, "__orc_rt_elfnix_platform_shutdown"),
    /** {@code SPSError (string, addr)}. */
    REGISTER_JITDYLIB(Kind.REGISTRATION, "__orc_rt_elfnix_register_jitdylib"),
    /** {@code SPSError (addr)}. */
    DEREGISTER_JITDYLIB(Kind.REGISTRATION, "__orc_rt_elfnix_deregister_jitdylib"),
    /** {@code SPSError (range, range)}: unwind info, template of thread-locals. */
    REGISTER_OBJECT_SECTIONS(Kind.REGISTRATION, "__orc_rt_elfnix_register_object_sections"),
    /** {@code SPSError (range, range)}. */
    DEREGISTER_OBJECT_SECTIONS(Kind.REGISTRATION, "__orc_rt_elfnix_deregister_object_sections"),
    /** {@code SPSError (addr, seq<range>)}. */
    REGISTER_INIT_SECTIONS(Kind.REGISTRATION, "__orc_rt_elfnix_register_init_sections"),
    /** {@code SPSError (addr, seq<range>)}. */
    DEREGISTER_INIT_SECTIONS(Kind.REGISTRATION, "__orc_rt_elfnix_deregister_init_sections"),
    /** {@code SPSError (addr, seq<range>)}; LLVM 23. */
    REGISTER_FINI_SECTIONS(Kind.REGISTRATION, "__orc_rt_elfnix_register_fini_sections"),
    /** {@code SPSError (addr, seq<range>)}; LLVM 23. */
    DEREGISTER_FINI_SECTIONS(Kind.REGISTRATION, "__orc_rt_elfnix_deregister_fini_sections"),
    /** {@code SPSExpected<uint64> ()}. */
    CREATE_PTHREAD_KEY(Kind.REGISTRATION, "__orc_rt_elfnix_create_pthread_key"),
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
    DLOPEN(Kind.FUNCTION, "__orc_rt_elfnix_jit_dlopen"),
    /** {@code int dlupdate(void *)}. */
    DLUPDATE(Kind.FUNCTION, "__orc_rt_elfnix_jit_dlupdate"),
    /** {@code int dlclose(void *)}. */
    DLCLOSE(Kind.FUNCTION, "__orc_rt_elfnix_jit_dlclose"),
    /** {@code void *dlsym(void *, const char *)}. */
    DLSYM(Kind.FUNCTION, "__orc_rt_elfnix_jit_dlsym"),
    /** {@code const char *dlerror(void)}. */
    DLERROR(Kind.FUNCTION, "__orc_rt_elfnix_jit_dlerror"),
    /** {@code int __cxa_atexit(void (*)(void *), void *, void *)}. */
    CXA_ATEXIT(Kind.FUNCTION, "__orc_rt_elfnix_cxa_atexit"),
    /** {@code int atexit(void (*)(void))}. */
    ATEXIT(Kind.FUNCTION, "__orc_rt_elfnix_atexit"),
    /** {@code void __cxa_finalize(void *)}. */
    CXA_FINALIZE(Kind.FUNCTION, "__orc_rt_elfnix_cxa_finalize"),
    /** {@code int64_t f(const char *dylib, const char *entry, int argc, char **argv)}. */
    RUN_PROGRAM(Kind.FUNCTION, "__orc_rt_elfnix_run_program"),
    /** {@code void f(uint64_t unit, uint32_t version)}. */
    REOPTIMIZE(Kind.FUNCTION, "__orc_rt_reoptimize"),
    /** {@code void f(const char *)}. */
    LOG_ERROR(Kind.FUNCTION, "__orc_rt_log_error_to_stderr");

    /** All entry points, by number. */
    static final List<ElfNixEntry> ALL = List.of(values());

    private final Kind kind;
    private final String symbol;

    ElfNixEntry(Kind kind) {
        this(kind, "");
    }

    ElfNixEntry(Kind kind, String symbol) {
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
