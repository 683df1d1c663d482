package dev.orcinus.platform.macos;

import dev.orcinus.platform.Triple;
import dev.orcinus.platform.posix.ThreadExitCode;
import dev.orcinus.platform.posix.Thunks;
import java.util.Optional;

/** The processors of Macs, and the parts of this module that depend on them. */
enum MacosProcessor {
    /** Intel, with the System V ABI. */
    X86_64,
    /** Apple's arm64. Its ABI differs from AAPCS64 in variadic functions and in small arguments. */
    ARM64;

    /** Returns the processor that {@code os.arch} names. */
    static Optional<MacosProcessor> named(String osArch) {
        return switch (osArch) {
            case "x86_64", "amd64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(ARM64);
            default -> Optional.empty();
        };
    }

    /** Returns the triple of its code, as LLVM spells it; code of older versions runs too. */
    Triple triple() {
        return switch (this) {
            case X86_64 -> new Triple("x86_64-apple-macosx13.0.0");
            case ARM64 -> new Triple("arm64-apple-macosx13.0.0");
        };
    }

    /** Returns whether instruction fetch sees written bytes without a flush. */
    boolean hasCoherentInstructionCache() {
        return this == X86_64;
    }

    /** Returns the machine code of calls between Java and native code. */
    Thunks thunks() {
        return switch (this) {
            case X86_64 -> Thunks.x64();
            case ARM64 -> Thunks.aarch64();
        };
    }

    /** Returns the machine code that keeps the destructors of thread-locals. */
    ThreadExitCode threadExitCode() {
        return switch (this) {
            case X86_64 -> ThreadExitCode.x64();
            case ARM64 -> ThreadExitCode.aarch64();
        };
    }
}
