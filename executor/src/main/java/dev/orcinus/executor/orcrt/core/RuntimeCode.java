package dev.orcinus.executor.orcrt.core;

import java.util.Map;
import java.util.Optional;

/** The archive's code for a processor: what {@link Layout} describes. */
public sealed interface RuntimeCode permits X64RuntimeCode, AArch64RuntimeCode {
    /** LLVM's name of what a lazy trampoline calls. */
    String REENTER = "__orc_rt_sysv_reenter";

    /** The code, as the object file has it: what the linker fills in is zero. */
    byte[] write(Layout layout);

    /** {@code e_machine}. */
    short machine();

    /** The relocation type for a 64-bit address. */
    int absolute64();

    /** Names of functions that are no thunks, and where they are. */
    Map<String, Integer> functions();

    /**
     * The code for a processor, as a triple or {@code os.arch} names it; empty if there is none.
     */
    static Optional<RuntimeCode> of(String arch) {
        return switch (arch) {
            case "x86_64", "amd64" -> Optional.of(new X64RuntimeCode());
            case "aarch64" -> Optional.of(new AArch64RuntimeCode());
            default -> Optional.empty();
        };
    }
}
