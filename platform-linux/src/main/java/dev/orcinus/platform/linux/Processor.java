package dev.orcinus.platform.linux;

import dev.orcinus.formats.elf.Elf;
import dev.orcinus.platform.Triple;
import java.util.Optional;

/** The processors that we run on, and what of this module depends on them. */
enum Processor {
    /** AMD64, with the System V ABI. */
    X86_64,
    /** 64-bit Arm, with AAPCS64. */
    AARCH64;

    /** The processor that {@code os.arch} names. */
    static Optional<Processor> named(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /** The triple of its code, as LLVM spells it. */
    Triple triple() {
        return switch (this) {
            case X86_64 -> new Triple("x86_64-pc-linux-gnu");
            case AARCH64 -> new Triple("aarch64-unknown-linux-gnu");
        };
    }

    /** {@code e_machine}. */
    int elfMachine() {
        return switch (this) {
            case X86_64 -> Elf.EM_X86_64;
            case AARCH64 -> Elf.EM_AARCH64;
        };
    }

    /** {@code R_X86_64_64}, {@code R_AARCH64_ABS64}: the address of a symbol. */
    int addressRelocation() {
        return switch (this) {
            case X86_64 -> 1;
            case AARCH64 -> 257;
        };
    }

    /** {@code R_X86_64_DTPMOD64}, {@code R_AARCH64_TLS_DTPMOD}: the module of a thread-local. */
    int tlsModuleRelocation() {
        return switch (this) {
            case X86_64 -> 16;
            case AARCH64 -> 1028;
        };
    }

    /** {@code R_X86_64_DTPOFF64}, {@code R_AARCH64_TLS_DTPREL}: its offset in that module. */
    int tlsOffsetRelocation() {
        return tlsModuleRelocation() + 1;
    }

    /**
     * {@code R_X86_64_TPOFF64}, {@code R_AARCH64_TLS_TPREL}: its offset from the thread pointer.
     */
    int threadPointerRelocation() {
        return tlsModuleRelocation() + 2;
    }

    /** {@code R_X86_64_TLSDESC}, {@code R_AARCH64_TLSDESC}: its descriptor, two words. */
    int tlsDescriptorRelocation() {
        return switch (this) {
            case X86_64 -> 36;
            case AARCH64 -> 1031;
        };
    }

    /** Whether instruction fetch sees what was written without being told. */
    boolean hasCoherentInstructionCache() {
        return this == X86_64;
    }

    /** The machine code of calls between Java and native code. */
    Thunks thunks() {
        return switch (this) {
            case X86_64 -> new X64Thunks();
            case AARCH64 -> new AArch64Thunks();
        };
    }
}
