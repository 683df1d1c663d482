package dev.orcinus.platform.linux;

import dev.orcinus.formats.elf.Elf;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.posix.ThreadExitCode;
import dev.orcinus.platform.posix.Thunks;
import java.util.Optional;

/** The processors that we run on, and the parts of this module that depend on them. */
public enum Processor {
    /** AMD64, with the System V ABI. */
    X86_64,
    /** 64-bit Arm, with AAPCS64. */
    AARCH64;

    /** Returns the processor that {@code os.arch} names. */
    public static Optional<Processor> named(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /** Returns the triple of its code, as LLVM spells it. */
    public Triple triple() {
        return switch (this) {
            case X86_64 -> new Triple("x86_64-pc-linux-gnu");
            case AARCH64 -> new Triple("aarch64-unknown-linux-gnu");
        };
    }

    /** Returns its {@code e_machine}. */
    public int elfMachine() {
        return switch (this) {
            case X86_64 -> Elf.EM_X86_64;
            case AARCH64 -> Elf.EM_AARCH64;
        };
    }

    /** Returns {@code R_X86_64_64} or {@code R_AARCH64_ABS64}: the address of a symbol. */
    int addressRelocation() {
        return switch (this) {
            case X86_64 -> 1;
            case AARCH64 -> 257;
        };
    }

    /**
     * Returns {@code R_X86_64_DTPMOD64} or {@code R_AARCH64_TLS_DTPMOD}: the module of a
     * thread-local.
     */
    int tlsModuleRelocation() {
        return switch (this) {
            case X86_64 -> 16;
            case AARCH64 -> 1028;
        };
    }

    /**
     * Returns {@code R_X86_64_DTPOFF64} or {@code R_AARCH64_TLS_DTPREL}: its offset in that module.
     */
    int tlsOffsetRelocation() {
        return tlsModuleRelocation() + 1;
    }

    /**
     * Returns {@code R_X86_64_TPOFF64} or {@code R_AARCH64_TLS_TPREL}: its offset from the thread
     * pointer.
     */
    int threadPointerRelocation() {
        return tlsModuleRelocation() + 2;
    }

    /** Returns {@code R_X86_64_TLSDESC} or {@code R_AARCH64_TLSDESC}: its descriptor, two words. */
    int tlsDescriptorRelocation() {
        return switch (this) {
            case X86_64 -> 36;
            case AARCH64 -> 1031;
        };
    }

    /** Returns the number of the system call {@code futex}. */
    public int futexCall() {
        return switch (this) {
            case X86_64 -> 202;
            case AARCH64 -> 98;
        };
    }

    /** Returns whether instruction fetch sees written bytes without a flush. */
    public boolean hasCoherentInstructionCache() {
        return this == X86_64;
    }

    /** Returns the machine code of calls between Java and native code. */
    Thunks thunks() {
        return switch (this) {
            case X86_64 -> Thunks.x64();
            case AARCH64 -> Thunks.aarch64();
        };
    }

    /** Returns the machine code that keeps the destructors of thread-locals. */
    ThreadExitCode threadExitCode() {
        return switch (this) {
            case X86_64 -> ThreadExitCode.x64();
            case AARCH64 -> ThreadExitCode.aarch64();
        };
    }
}
