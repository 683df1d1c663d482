package dev.orcinus.loader.arch.x64;

import dev.orcinus.loader.arch.EntryKind;
import dev.orcinus.loader.arch.x64.X64Field.Form;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Movement;
import dev.orcinus.loader.graph.TlsUse;

/**
 * The kinds of references in x86-64 code and data. In the formulas, Target is the symbol's address,
 * Fixup is the edge's address, and GOT is the address of the global offset table.
 */
public enum X64EdgeKind implements EdgeKind {
    /** Fixup: {@code Target + Addend : uint64}. */
    POINTER64(X64Value.ADDRESS, X64Field.any(Form.DATA64)),
    /** Fixup: {@code Target + Addend : uint32}. Errors: out of range. */
    POINTER32(X64Value.ADDRESS, X64Field.unsigned(Form.DATA32)),
    /** Fixup: {@code Target + Addend : int32}. Errors: out of range. */
    POINTER32_SIGNED(X64Value.ADDRESS, X64Field.signed(Form.DATA32)),
    /** Fixup: {@code Target + Addend : int16 or uint16}. Errors: out of range. */
    POINTER16(X64Value.ADDRESS, X64Field.either(Form.DATA16)),
    /** Fixup: {@code Target + Addend : int8 or uint8}. Errors: out of range. */
    POINTER8(X64Value.ADDRESS, X64Field.either(Form.DATA8)),
    /** Fixup: {@code Target - Fixup + Addend : int64}. */
    DELTA64(X64Value.DELTA, X64Field.any(Form.DATA64)),
    /** Fixup: {@code Target - Fixup + Addend : int32}. Errors: out of range. */
    DELTA32(X64Value.DELTA, X64Field.signed(Form.DATA32)),
    /** Fixup: {@code Target - Fixup + Addend : int16}. Errors: out of range. */
    DELTA16(X64Value.DELTA, X64Field.signed(Form.DATA16)),
    /** Fixup: {@code Target - Fixup + Addend : int8}. Errors: out of range. */
    DELTA8(X64Value.DELTA, X64Field.signed(Form.DATA8)),
    /** Fixup: {@code Fixup - Target + Addend : int32}. Errors: out of range. */
    NEG_DELTA32(X64Value.NEGATIVE_DELTA, X64Field.signed(Form.DATA32)),
    /** Fixup: {@code Fixup - Target + Addend : int64}. */
    NEG_DELTA64(X64Value.NEGATIVE_DELTA, X64Field.any(Form.DATA64)),
    /** Fixup: {@code Size of Target + Addend : uint32}. Errors: out of range. */
    SIZE32(X64Value.SIZE, X64Field.unsigned(Form.DATA32)),
    /** Fixup: {@code Size of Target + Addend : uint64}. */
    SIZE64(X64Value.SIZE, X64Field.any(Form.DATA64)),
    /** Fixup: {@code Target - GOT + Addend : int64}. */
    DELTA64_FROM_GOT(X64Value.FROM_GOT, X64Field.any(Form.DATA64)),
    /** Fixup: {@code Target - GOT + Addend : int32}. Errors: out of range. */
    DELTA32_FROM_GOT(X64Value.FROM_GOT, X64Field.signed(Form.DATA32)),
    /** As {@link #DELTA32}, for a call or jump, whose target may be replaced by a stub. */
    BRANCH32(DELTA32.value, DELTA32.field, EntryKind.STUB, DELTA32),

    /** Request: {@link #DELTA32} to the target's GOT entry. */
    REQUEST_GOT_DELTA32(EntryKind.GOT, DELTA32),
    /** Request: the same; the instruction may be relaxed ({@code R_X86_64_GOTPCRELX}). */
    REQUEST_GOT_DELTA32_RELAXABLE(EntryKind.GOT, DELTA32),
    /**
     * Request: the same, with a REX or REX2 prefix ({@code R_X86_64_REX_GOTPCRELX}, {@code
     * R_X86_64_CODE_4_GOTPCRELX}).
     */
    REQUEST_GOT_DELTA32_REX_RELAXABLE(EntryKind.GOT, DELTA32),
    /** Request: {@link #DELTA64} to the target's GOT entry. */
    REQUEST_GOT_DELTA64(EntryKind.GOT, DELTA64),
    /** Request: {@link #DELTA64_FROM_GOT} of the target's GOT entry. */
    REQUEST_GOT_OFFSET64(EntryKind.GOT, DELTA64_FROM_GOT),
    /** Request: {@link #DELTA32_FROM_GOT} of the target's GOT entry. */
    REQUEST_GOT_OFFSET32(EntryKind.GOT, DELTA32_FROM_GOT),
    /** Request: {@link #DELTA64_FROM_GOT} of the target, or of a stub for it. */
    REQUEST_BRANCH_OFFSET64(EntryKind.STUB, DELTA64_FROM_GOT),

    /** Fixup: {@code mov x@GOTPCREL(%rip), r} becomes {@code lea x(%rip), r}; {@link #DELTA32}. */
    LEA_DELTA32(X64Value.DELTA, X64Field.signed(Form.MOV_TO_LEA)),
    /** Fixup: {@code call *x@GOTPCREL(%rip)} becomes {@code addr32 call x}; {@link #DELTA32}. */
    CALL_DELTA32(X64Value.DELTA, X64Field.signed(Form.CALL)),
    /** Fixup: {@code jmp *x@GOTPCREL(%rip)} becomes {@code jmp x; nop}; {@link #DELTA32}. */
    JUMP_DELTA32(X64Value.DELTA_OF_JUMP, X64Field.signed(Form.JUMP)),

    /** Request: {@link #DELTA32} to a {@link #TLS_MODULE64}, {@link #TLS_OFFSET64} pair. */
    REQUEST_TLS_PAIR_DELTA32(EntryKind.TLS_PAIR, DELTA32),
    /** Request: the same, for the graph's own block and offset 0. */
    REQUEST_TLS_BLOCK_DELTA32(EntryKind.TLS_BLOCK, DELTA32),
    /** Request: {@link #DELTA32} to a {@link #TLS_THREAD_POINTER_OFFSET64}. */
    REQUEST_TLS_INITIAL_EXEC_DELTA32(EntryKind.TLS_INITIAL_EXEC, DELTA32),
    /** Request: {@link #DELTA32} to a TLS descriptor. */
    REQUEST_TLS_DESCRIPTOR_DELTA32(EntryKind.TLS_DESCRIPTOR, DELTA32),
    /** Fixup: the number of the TLS module that the target lies in {@code : uint64}. */
    TLS_MODULE64(X64Value.TLS_MODULE, X64Field.any(Form.DATA64)),
    /** Fixup: {@code offset of Target in its TLS block + Addend : int64}. */
    TLS_OFFSET64(X64Value.TLS_OFFSET, X64Field.any(Form.DATA64)),
    /** Fixup: {@code offset of Target in its TLS block + Addend : int32}. Errors: out of range. */
    TLS_OFFSET32(X64Value.OWN_TLS_OFFSET, X64Field.signed(Form.DATA32)),
    /** Fixup: {@code Target - thread pointer + Addend : int64}. */
    TLS_THREAD_POINTER_OFFSET64(X64Value.THREAD_POINTER_OFFSET, X64Field.any(Form.DATA64)),
    /** Fixup: {@code Target - thread pointer + Addend : int32}. Errors: out of range. */
    TLS_THREAD_POINTER_OFFSET32(X64Value.THREAD_POINTER_OFFSET, X64Field.signed(Form.DATA32)),
    /** Fixup: a TLS descriptor, two words. */
    TLS_DESCRIPTOR(X64Value.TLS_DESCRIPTOR, X64Field.any(Form.WORDS));

    private final X64Value value;

    @SuppressWarnings("ImmutableEnumChecker") // a record of an enum constant and numbers
    private final X64Field field;

    private final EntryKind entry;
    private final X64EdgeKind granted;

    X64EdgeKind(X64Value value, X64Field field) {
        this(value, field, null, null);
    }

    /** Makes a request. Nothing can be written before its entry has been made. */
    X64EdgeKind(EntryKind entry, X64EdgeKind granted) {
        this(null, granted.field, entry, granted);
    }

    X64EdgeKind(X64Value value, X64Field field, EntryKind entry, X64EdgeKind granted) {
        this.value = value;
        this.field = field;
        this.entry = entry;
        this.granted = granted;
    }

    @Override
    public int sizeBytes() {
        return field.form().sizeBytes();
    }

    @Override
    public TlsUse tls() {
        return value == null ? TlsUse.NONE : tls(value);
    }

    @Override
    public Movement movement() {
        return value == null ? granted.movement() : movement(value);
    }

    @Override
    public int bytesBefore() {
        return switch (field.form()) {
            case MOV_TO_LEA, CALL, JUMP -> 2; // the opcode and the byte that names the operands
            case WORDS, DATA64, DATA32, DATA16, DATA8 -> 0;
        };
    }

    /** A distance of a word or less to another segment may leave its field's range. */
    private Movement movement(X64Value formula) {
        boolean isWide = sizeBytes() >= Integer.BYTES;
        return switch (formula) {
            case ADDRESS -> sizeBytes() == Long.BYTES ? Movement.WITH_TARGET : Movement.UNKNOWN;
            case DELTA -> isWide ? Movement.WITH_DISTANCE : Movement.ONLY_TOGETHER;
            case NEGATIVE_DELTA -> isWide ? Movement.AGAINST_DISTANCE : Movement.ONLY_TOGETHER;
            case DELTA_OF_JUMP -> Movement.ONLY_TOGETHER;
            case SIZE -> Movement.NONE;
            case FROM_GOT,
                    TLS_MODULE,
                    TLS_OFFSET,
                    OWN_TLS_OFFSET,
                    THREAD_POINTER_OFFSET,
                    TLS_DESCRIPTOR ->
                    Movement.UNKNOWN;
        };
    }

    private static TlsUse tls(X64Value value) {
        return switch (value) {
            case TLS_MODULE -> TlsUse.MODULE;
            case TLS_OFFSET -> TlsUse.OFFSET;
            case OWN_TLS_OFFSET -> TlsUse.OWN_OFFSET;
            case THREAD_POINTER_OFFSET -> TlsUse.THREAD_POINTER_OFFSET;
            case TLS_DESCRIPTOR -> TlsUse.DESCRIPTOR;
            case ADDRESS, DELTA, NEGATIVE_DELTA, DELTA_OF_JUMP, SIZE, FROM_GOT -> TlsUse.NONE;
        };
    }

    /**
     * Returns the formula of the value, or null if it is known only after an entry has been made.
     */
    X64Value value() {
        return value;
    }

    X64Field field() {
        return field;
    }

    /** Returns the kind of entry that it requests, or null. */
    EntryKind entry() {
        return entry;
    }

    /** Returns the kind that an edge gets when its entry has been made. */
    X64EdgeKind granted() {
        return granted;
    }

    /** Returns whether it is a direct reference of 32 bits or less to an address. */
    boolean isShortReference() {
        return entry == null
                && sizeBytes() <= Integer.BYTES
                && (value == X64Value.ADDRESS
                        || value == X64Value.DELTA
                        || value == X64Value.NEGATIVE_DELTA
                        || value == X64Value.FROM_GOT);
    }

    /** Returns whether it needs no GOT entry if the instruction can be relaxed. */
    boolean isRelaxable() {
        return this == REQUEST_GOT_DELTA32_RELAXABLE || this == REQUEST_GOT_DELTA32_REX_RELAXABLE;
    }
}
