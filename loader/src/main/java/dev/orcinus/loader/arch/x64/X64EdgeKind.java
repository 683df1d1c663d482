package dev.orcinus.loader.arch.x64;

import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.TlsUse;

/**
 * What bytes of x86-64 code and data become. In the formulas, Target is the symbol's address, Fixup
 * that of the edge, GOT that of the global offset table, Entry that of the target's entry in it.
 */
public enum X64EdgeKind implements EdgeKind {
    /** Fixup: {@code Target + Addend : uint64}. */
    POINTER64(8),
    /** Fixup: {@code Target + Addend : uint32}. Errors: out of range. */
    POINTER32(4),
    /** Fixup: {@code Target + Addend : int32}. Errors: out of range. */
    POINTER32_SIGNED(4),
    /** Fixup: {@code Target + Addend : int16 or uint16}. Errors: out of range. */
    POINTER16(2),
    /** Fixup: {@code Target + Addend : int8 or uint8}. Errors: out of range. */
    POINTER8(1),
    /** Fixup: {@code Target - Fixup + Addend : int64}. */
    DELTA64(8),
    /** Fixup: {@code Target - Fixup + Addend : int32}. Errors: out of range. */
    DELTA32(4),
    /** Fixup: {@code Target - Fixup + Addend : int16}. Errors: out of range. */
    DELTA16(2),
    /** Fixup: {@code Target - Fixup + Addend : int8}. Errors: out of range. */
    DELTA8(1),
    /** Fixup: {@code Fixup - Target + Addend : int32}. Errors: out of range. */
    NEG_DELTA32(4),
    /** Fixup: {@code Size of Target + Addend : uint32}. Errors: out of range. */
    SIZE32(4),
    /** Fixup: {@code Size of Target + Addend : uint64}. */
    SIZE64(8),
    /** Fixup: {@code Target - GOT + Addend : int64}. */
    DELTA64_FROM_GOT(8),
    /** Fixup: {@code Target - GOT + Addend : int32}. Errors: out of range. */
    DELTA32_FROM_GOT(4),
    /** As {@link #DELTA32}, of a call or jump: the target may be a stub instead. */
    BRANCH32(4),

    /** Request: {@link #DELTA32} to the target's GOT entry. */
    REQUEST_GOT_DELTA32(4),
    /** Request: as before; the instruction may be relaxed ({@code R_X86_64_GOTPCRELX}). */
    REQUEST_GOT_DELTA32_RELAXABLE(4),
    /** Request: as before, with a REX prefix ({@code R_X86_64_REX_GOTPCRELX}). */
    REQUEST_GOT_DELTA32_REX_RELAXABLE(4),
    /** Request: {@link #DELTA64} to the target's GOT entry. */
    REQUEST_GOT_DELTA64(8),
    /** Request: {@link #DELTA64_FROM_GOT} of the target's GOT entry. */
    REQUEST_GOT_OFFSET64(8),
    /** Request: {@link #DELTA32_FROM_GOT} of the target's GOT entry. */
    REQUEST_GOT_OFFSET32(4),
    /** Request: {@link #DELTA64_FROM_GOT} of the target, or of a stub for it. */
    REQUEST_BRANCH_OFFSET64(8),

    /** Fixup: {@code mov x@GOTPCREL(%rip), r} becomes {@code lea x(%rip), r}; {@link #DELTA32}. */
    LEA_DELTA32(4),
    /** Fixup: {@code call *x@GOTPCREL(%rip)} becomes {@code addr32 call x}; {@link #DELTA32}. */
    CALL_DELTA32(4),
    /** Fixup: {@code jmp *x@GOTPCREL(%rip)} becomes {@code jmp x; nop}; {@link #DELTA32}. */
    JUMP_DELTA32(4),

    /** Request: {@link #DELTA32} to a {@link #TLS_MODULE64}, {@link #TLS_OFFSET64} pair. */
    REQUEST_TLS_PAIR_DELTA32(4),
    /** Request: as before, for the graph's own block, offset 0. */
    REQUEST_TLS_BLOCK_DELTA32(4),
    /** Request: {@link #DELTA32} to a {@link #TLS_THREAD_POINTER_OFFSET64}. */
    REQUEST_TLS_INITIAL_EXEC_DELTA32(4),
    /** Request: {@link #DELTA32} to a TLS descriptor. */
    REQUEST_TLS_DESCRIPTOR_DELTA32(4),
    /** Fixup: the number of the TLS module that the target lies in {@code : uint64}. */
    TLS_MODULE64(8),
    /** Fixup: {@code offset of Target in its TLS block + Addend : int64}. */
    TLS_OFFSET64(8),
    /** Fixup: {@code offset of Target in its TLS block + Addend : int32}. Errors: out of range. */
    TLS_OFFSET32(4),
    /** Fixup: {@code Target - thread pointer + Addend : int64}. */
    TLS_THREAD_POINTER_OFFSET64(8),
    /** Fixup: {@code Target - thread pointer + Addend : int32}. Errors: out of range. */
    TLS_THREAD_POINTER_OFFSET32(4),
    /** Fixup: a TLS descriptor, two words. */
    TLS_DESCRIPTOR(16);

    private final int sizeBytes;

    X64EdgeKind(int sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    @Override
    public TlsUse tls() {
        return switch (this) {
            case TLS_MODULE64 -> TlsUse.MODULE;
            case TLS_OFFSET64 -> TlsUse.OFFSET;
            case TLS_OFFSET32 -> TlsUse.OWN_OFFSET;
            case TLS_THREAD_POINTER_OFFSET64, TLS_THREAD_POINTER_OFFSET32 ->
                    TlsUse.THREAD_POINTER_OFFSET;
            case TLS_DESCRIPTOR -> TlsUse.DESCRIPTOR;
            default -> TlsUse.NONE;
        };
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }
}
