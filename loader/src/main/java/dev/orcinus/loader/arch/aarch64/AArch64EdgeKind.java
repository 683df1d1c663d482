package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.loader.arch.EntryKind;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.TlsUse;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The kinds of references in AArch64 code and data. In the formulas, Target is the symbol's
 * address, Fixup is the edge's address, GOT is the address of the global offset table, {@code
 * Page(x)} is {@code x & ~0xfff}, and TP is the thread pointer. If bits are given, these bits of
 * the value are written. An error is a value out of the type's range, or a target without the
 * alignment that the instruction needs.
 */
public enum AArch64EdgeKind implements EdgeKind {
    /** Fixup: {@code Target + Addend : uint64}. */
    POINTER64(Value.ADDRESS, Field.any(Form.DATA64, 0)),
    /** Fixup: {@code Target + Addend : int32 or uint32}. Errors: out of range. */
    POINTER32(Value.ADDRESS, Field.either(Form.DATA32, 32)),
    /** Fixup: {@code Target + Addend : int16 or uint16}. Errors: out of range. */
    POINTER16(Value.ADDRESS, Field.either(Form.DATA16, 16)),
    /** Fixup: {@code Target - Fixup + Addend : int64}. */
    DELTA64(Value.DELTA, Field.any(Form.DATA64, 0)),
    /**
     * Fixup: {@code Target - Fixup + Addend : int32}. Errors: out of range. AAELF64 also allows
     * unsigned values, but their readers (unwinders, jump tables) extend the sign.
     */
    DELTA32(Value.DELTA, Field.signed(Form.DATA32, 0, 32)),
    /** Fixup: {@code Target - Fixup + Addend : int16}. Errors: out of range. */
    DELTA16(Value.DELTA, Field.signed(Form.DATA16, 0, 16)),
    /** Fixup: {@code Fixup - Target + Addend : int32}. Errors: out of range. */
    NEG_DELTA32(Value.NEGATIVE_DELTA, Field.signed(Form.DATA32, 0, 32)),
    /** Fixup: {@code Fixup - Target + Addend : int64}. */
    NEG_DELTA64(Value.NEGATIVE_DELTA, Field.any(Form.DATA64, 0)),
    /** Fixup: {@code Target - GOT + Addend : int64}. */
    DELTA64_FROM_GOT(Value.FROM_GOT, Field.any(Form.DATA64, 0)),
    /** Fixup: {@code Target - GOT + Addend : int32}. Errors: out of range. */
    DELTA32_FROM_GOT(Value.FROM_GOT, Field.signed(Form.DATA32, 0, 32)),

    /** Fixup: {@code Target + Addend : uint16}, bits 0 to 15. Errors: out of range. */
    MOVE_G0(Value.ADDRESS, Field.unsigned(Form.MOVE, 0, 16)),
    /** Fixup: {@code Target + Addend}, bits 0 to 15. */
    MOVE_G0_UNCHECKED(Value.ADDRESS, Field.any(Form.MOVE, 0)),
    /** Fixup: {@code Target + Addend : uint32}, bits 16 to 31. Errors: out of range. */
    MOVE_G1(Value.ADDRESS, Field.unsigned(Form.MOVE, 16, 32)),
    /** Fixup: {@code Target + Addend}, bits 16 to 31. */
    MOVE_G1_UNCHECKED(Value.ADDRESS, Field.any(Form.MOVE, 16)),
    /** Fixup: {@code Target + Addend : uint48}, bits 32 to 47. Errors: out of range. */
    MOVE_G2(Value.ADDRESS, Field.unsigned(Form.MOVE, 32, 48)),
    /** Fixup: {@code Target + Addend}, bits 32 to 47. */
    MOVE_G2_UNCHECKED(Value.ADDRESS, Field.any(Form.MOVE, 32)),
    /** Fixup: {@code Target + Addend : uint64}, bits 48 to 63. */
    MOVE_G3(Value.ADDRESS, Field.any(Form.MOVE, 48)),
    /** Fixup: {@code Target + Addend : int17}, bits 0 to 15, movz or movn. Errors: out of range. */
    MOVE_SIGNED_G0(Value.ADDRESS, Field.signed(Form.MOVE_SIGNED, 0, 17)),
    /** Fixup: {@code Target + Addend : int33}, bits 16 to 31, movz or movn. Errors: range. */
    MOVE_SIGNED_G1(Value.ADDRESS, Field.signed(Form.MOVE_SIGNED, 16, 33)),
    /** Fixup: {@code Target + Addend : int49}, bits 32 to 47, movz or movn. Errors: range. */
    MOVE_SIGNED_G2(Value.ADDRESS, Field.signed(Form.MOVE_SIGNED, 32, 49)),
    /**
     * Fixup: {@code Target - Fixup + Addend : int17}, bits 0 to 15, movz or movn. Errors: range.
     */
    MOVE_DELTA_G0(Value.DELTA, Field.signed(Form.MOVE_SIGNED, 0, 17)),
    /** Fixup: {@code Target - Fixup + Addend}, bits 0 to 15. */
    MOVE_DELTA_G0_UNCHECKED(Value.DELTA, Field.any(Form.MOVE, 0)),
    /**
     * Fixup: {@code Target - Fixup + Addend : int33}, bits 16 to 31, movz or movn. Errors: range.
     */
    MOVE_DELTA_G1(Value.DELTA, Field.signed(Form.MOVE_SIGNED, 16, 33)),
    /** Fixup: {@code Target - Fixup + Addend}, bits 16 to 31. */
    MOVE_DELTA_G1_UNCHECKED(Value.DELTA, Field.any(Form.MOVE, 16)),
    /**
     * Fixup: {@code Target - Fixup + Addend : int49}, bits 32 to 47, movz or movn. Errors: range.
     */
    MOVE_DELTA_G2(Value.DELTA, Field.signed(Form.MOVE_SIGNED, 32, 49)),
    /** Fixup: {@code Target - Fixup + Addend}, bits 32 to 47. */
    MOVE_DELTA_G2_UNCHECKED(Value.DELTA, Field.any(Form.MOVE, 32)),
    /** Fixup: {@code Target - Fixup + Addend : int64}, bits 48 to 63. */
    MOVE_DELTA_G3(Value.DELTA, Field.any(Form.MOVE, 48)),

    /** Fixup: {@code Target - Fixup + Addend : int21}, bits 2 to 20. Errors: range, alignment. */
    LITERAL19(Value.DELTA, Field.instructions(Form.LITERAL, 21)),
    /** Fixup: {@code Target - Fixup + Addend : int21}. Errors: out of range. */
    ADR21(Value.DELTA, Field.signed(Form.ADR, 0, 21)),
    /** Fixup: {@code Page(Target + Addend) - Page(Fixup) : int33}, bits 12 to 32. Errors: range. */
    PAGE21(Value.PAGE_DELTA, Field.page()),
    /** Fixup: {@code Page(Target + Addend) - Page(Fixup)}, bits 12 to 32. */
    PAGE21_UNCHECKED(Value.PAGE_DELTA, Field.any(Form.ADRP, 12)),
    /** Fixup: {@code Target + Addend}, bits 0 to 11. */
    ADD_LO12(Value.PAGE_OFFSET, Field.pageOffset(Form.ADD, 0)),
    /** Fixup: {@code Target + Addend}, bits 0 to 11, of a load or store of 1 byte. */
    ACCESS8_LO12(Value.PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 0)),
    /** Fixup: {@code Target + Addend}, bits 1 to 11, of 2 bytes. Errors: alignment. */
    ACCESS16_LO12(Value.PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 1)),
    /** Fixup: {@code Target + Addend}, bits 2 to 11, of 4 bytes. Errors: alignment. */
    ACCESS32_LO12(Value.PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 2)),
    /** Fixup: {@code Target + Addend}, bits 3 to 11, of 8 bytes. Errors: alignment. */
    ACCESS64_LO12(Value.PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 3)),
    /** Fixup: {@code Target + Addend}, bits 4 to 11, of 16 bytes. Errors: alignment. */
    ACCESS128_LO12(Value.PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 4)),
    /** Fixup: {@code ldr Xd, [Xn, entry]} becomes {@code add Xd, Xn, target}; {@link #ADD_LO12}. */
    LOAD_TO_ADD_LO12(Value.PAGE_OFFSET, new Field(Form.LOAD_TO_ADD, 0, 1, 0, 0xfff)),
    /**
     * Fixup: {@code Target + Addend - Page(GOT) : uint15}, bits 3 to 14. Errors: range, alignment.
     */
    FROM_GOT_PAGE15(Value.FROM_GOT_PAGE, new Field(Form.LOAD_STORE, 3, 8, 0, 0x7fff)),

    /** Fixup: {@code Target - Fixup + Addend : int16}, bits 2 to 15. Errors: range, alignment. */
    TEST_BRANCH14(Value.DELTA, Field.instructions(Form.TEST_BRANCH, 16)),
    /** Fixup: {@code Target - Fixup + Addend : int21}, bits 2 to 20. Errors: range, alignment. */
    CONDITIONAL_BRANCH19(Value.DELTA, Field.instructions(Form.CONDITIONAL_BRANCH, 21)),
    /** Fixup: {@code Target - Fixup + Addend : int28}, bits 2 to 27. Errors: range, alignment. */
    BRANCH26(Value.DELTA, Field.instructions(Form.BRANCH, 28)),
    /**
     * Fixup: {@link #TEST_BRANCH14} to the stub's destination, or to the stub if that is too far.
     */
    TEST_BRANCH14_OR_STUB(Value.STUB_DELTA, TEST_BRANCH14.field),
    /** Fixup: {@link #CONDITIONAL_BRANCH19} to the stub's destination, or to the stub. */
    CONDITIONAL_BRANCH19_OR_STUB(Value.STUB_DELTA, CONDITIONAL_BRANCH19.field),
    /** Fixup: {@link #BRANCH26} to the stub's destination, or to the stub if that is too far. */
    BRANCH26_OR_STUB(Value.STUB_DELTA, BRANCH26.field),

    /** Fixup: the number of the TLS module that the target lies in {@code : uint64}. */
    TLS_MODULE64(Value.TLS_MODULE, Field.any(Form.DATA64, 0)),
    /** Fixup: {@code offset of Target in its TLS block + Addend : int64}. */
    TLS_OFFSET64(Value.TLS_OFFSET, Field.any(Form.DATA64, 0)),
    /** Fixup: {@code Target - TP + Addend : int64}. */
    TLS_THREAD_POINTER_OFFSET64(Value.THREAD_POINTER_OFFSET, Field.any(Form.DATA64, 0)),
    /** Fixup: a TLS descriptor, two words. */
    TLS_DESCRIPTOR(Value.TLS_DESCRIPTOR, Field.any(Form.WORDS, 0)),
    /** Fixup: {@code Target - TP + Addend : int49}, bits 32 to 47, movz or movn. Errors: range. */
    TLS_MOVE_G2(Value.THREAD_POINTER_OFFSET, Field.signed(Form.MOVE_SIGNED, 32, 49)),
    /** Fixup: {@code Target - TP + Addend : int33}, bits 16 to 31, movz or movn. Errors: range. */
    TLS_MOVE_G1(Value.THREAD_POINTER_OFFSET, Field.signed(Form.MOVE_SIGNED, 16, 33)),
    /** Fixup: {@code Target - TP + Addend}, bits 16 to 31. */
    TLS_MOVE_G1_UNCHECKED(Value.THREAD_POINTER_OFFSET, Field.any(Form.MOVE, 16)),
    /** Fixup: {@code Target - TP + Addend : int17}, bits 0 to 15, movz or movn. Errors: range. */
    TLS_MOVE_G0(Value.THREAD_POINTER_OFFSET, Field.signed(Form.MOVE_SIGNED, 0, 17)),
    /** Fixup: {@code Target - TP + Addend}, bits 0 to 15. */
    TLS_MOVE_G0_UNCHECKED(Value.THREAD_POINTER_OFFSET, Field.any(Form.MOVE, 0)),
    /** Fixup: {@code Target - TP + Addend : uint24}, bits 12 to 23. Errors: out of range. */
    TLS_ADD_HI12(Value.THREAD_POINTER_OFFSET, Field.unsigned(Form.ADD, 12, 24)),
    /** Fixup: {@code Target - TP + Addend : uint12}. Errors: out of range. */
    TLS_ADD_LO12(Value.THREAD_POINTER_OFFSET, Field.smallOffset(Form.ADD, 0)),
    /** Fixup: {@code Target - TP + Addend}, bits 0 to 11. */
    TLS_ADD_LO12_UNCHECKED(Value.THREAD_POINTER_PAGE_OFFSET, Field.pageOffset(Form.ADD, 0)),
    /**
     * Fixup: {@code Target - TP + Addend : uint12}, of a load or store of 1 byte. Errors: range.
     */
    TLS_ACCESS8_LO12(Value.THREAD_POINTER_OFFSET, Field.smallOffset(Form.LOAD_STORE, 0)),
    /** Fixup: {@code Target - TP + Addend}, bits 0 to 11, of a load or store of 1 byte. */
    TLS_ACCESS8_LO12_UNCHECKED(
            Value.THREAD_POINTER_PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 0)),
    /** Fixup: {@code Target - TP + Addend : uint12}, of 2 bytes. Errors: range, alignment. */
    TLS_ACCESS16_LO12(Value.THREAD_POINTER_OFFSET, Field.smallOffset(Form.LOAD_STORE, 1)),
    /** Fixup: {@code Target - TP + Addend}, bits 1 to 11, of 2 bytes. Errors: alignment. */
    TLS_ACCESS16_LO12_UNCHECKED(
            Value.THREAD_POINTER_PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 1)),
    /** Fixup: {@code Target - TP + Addend : uint12}, of 4 bytes. Errors: range, alignment. */
    TLS_ACCESS32_LO12(Value.THREAD_POINTER_OFFSET, Field.smallOffset(Form.LOAD_STORE, 2)),
    /** Fixup: {@code Target - TP + Addend}, bits 2 to 11, of 4 bytes. Errors: alignment. */
    TLS_ACCESS32_LO12_UNCHECKED(
            Value.THREAD_POINTER_PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 2)),
    /** Fixup: {@code Target - TP + Addend : uint12}, of 8 bytes. Errors: range, alignment. */
    TLS_ACCESS64_LO12(Value.THREAD_POINTER_OFFSET, Field.smallOffset(Form.LOAD_STORE, 3)),
    /** Fixup: {@code Target - TP + Addend}, bits 3 to 11, of 8 bytes. Errors: alignment. */
    TLS_ACCESS64_LO12_UNCHECKED(
            Value.THREAD_POINTER_PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 3)),
    /** Fixup: {@code Target - TP + Addend : uint12}, of 16 bytes. Errors: range, alignment. */
    TLS_ACCESS128_LO12(Value.THREAD_POINTER_OFFSET, Field.smallOffset(Form.LOAD_STORE, 4)),
    /** Fixup: {@code Target - TP + Addend}, bits 4 to 11, of 16 bytes. Errors: alignment. */
    TLS_ACCESS128_LO12_UNCHECKED(
            Value.THREAD_POINTER_PAGE_OFFSET, Field.pageOffset(Form.LOAD_STORE, 4)),

    /** Request: {@link #DELTA32} to the target, or to a stub for it. */
    REQUEST_BRANCH_DELTA32(EntryKind.STUB, DELTA32),
    /** Request: {@link #TEST_BRANCH14} to the target, or to a stub for it. */
    REQUEST_TEST_BRANCH14(EntryKind.STUB, TEST_BRANCH14_OR_STUB),
    /** Request: {@link #CONDITIONAL_BRANCH19} to the target, or to a stub for it. */
    REQUEST_CONDITIONAL_BRANCH19(EntryKind.STUB, CONDITIONAL_BRANCH19_OR_STUB),
    /** Request: {@link #BRANCH26} to the target, or to a stub for it. */
    REQUEST_BRANCH26(EntryKind.STUB, BRANCH26_OR_STUB),
    /** Request: {@link #PAGE21} of the target's GOT entry. */
    REQUEST_GOT_PAGE21(EntryKind.GOT, PAGE21),
    /** Request: {@link #ACCESS64_LO12} of the target's GOT entry. */
    REQUEST_GOT_LO12(EntryKind.GOT, ACCESS64_LO12),
    /** Request: {@link #FROM_GOT_PAGE15} of the target's GOT entry. */
    REQUEST_GOT_PAGE15(EntryKind.GOT, FROM_GOT_PAGE15),
    /** Request: {@link #LITERAL19} to the target's GOT entry. */
    REQUEST_GOT_LITERAL19(EntryKind.GOT, LITERAL19),
    /** Request: {@link #DELTA32} to the target's GOT entry. */
    REQUEST_GOT_DELTA32(EntryKind.GOT, DELTA32),
    /** Request: {@link #POINTER64} to the target's GOT entry. */
    REQUEST_GOT_POINTER64(EntryKind.GOT, POINTER64),
    /** Request: {@link #PAGE21} of a {@link #TLS_DESCRIPTOR}. */
    REQUEST_TLS_DESCRIPTOR_PAGE21(EntryKind.TLS_DESCRIPTOR, PAGE21),
    /** Request: {@link #ACCESS64_LO12} of a {@link #TLS_DESCRIPTOR}. */
    REQUEST_TLS_DESCRIPTOR_LO12(EntryKind.TLS_DESCRIPTOR, ACCESS64_LO12),
    /** Request: {@link #ADD_LO12} of a {@link #TLS_DESCRIPTOR}. */
    REQUEST_TLS_DESCRIPTOR_ADD_LO12(EntryKind.TLS_DESCRIPTOR, ADD_LO12),
    /** Request: {@link #LITERAL19} to a {@link #TLS_DESCRIPTOR}. */
    REQUEST_TLS_DESCRIPTOR_LITERAL19(EntryKind.TLS_DESCRIPTOR, LITERAL19),
    /** Request: {@link #ADR21} to a {@link #TLS_DESCRIPTOR}. */
    REQUEST_TLS_DESCRIPTOR_ADR21(EntryKind.TLS_DESCRIPTOR, ADR21),
    /** Request: {@link #PAGE21} of a {@link #TLS_THREAD_POINTER_OFFSET64}. */
    REQUEST_TLS_INITIAL_EXEC_PAGE21(EntryKind.TLS_INITIAL_EXEC, PAGE21),
    /** Request: {@link #ACCESS64_LO12} of a {@link #TLS_THREAD_POINTER_OFFSET64}. */
    REQUEST_TLS_INITIAL_EXEC_LO12(EntryKind.TLS_INITIAL_EXEC, ACCESS64_LO12),
    /** Request: {@link #LITERAL19} to a {@link #TLS_THREAD_POINTER_OFFSET64}. */
    REQUEST_TLS_INITIAL_EXEC_LITERAL19(EntryKind.TLS_INITIAL_EXEC, LITERAL19),
    /** Request: {@link #PAGE21} of a {@link #TLS_MODULE64}, {@link #TLS_OFFSET64} pair. */
    REQUEST_TLS_PAIR_PAGE21(EntryKind.TLS_PAIR, PAGE21),
    /** Request: {@link #ADD_LO12} of a {@link #TLS_MODULE64}, {@link #TLS_OFFSET64} pair. */
    REQUEST_TLS_PAIR_ADD_LO12(EntryKind.TLS_PAIR, ADD_LO12),
    /** Request: {@link #ADR21} to a {@link #TLS_MODULE64}, {@link #TLS_OFFSET64} pair. */
    REQUEST_TLS_PAIR_ADR21(EntryKind.TLS_PAIR, ADR21);

    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Value value;

    @SuppressWarnings("ImmutableEnumChecker") // a record of an enum constant and numbers
    private final Field field;

    private final EntryKind entry;
    private final AArch64EdgeKind granted;

    AArch64EdgeKind(Value value, Field field) {
        this.value = value;
        this.field = field;
        this.entry = null;
        this.granted = this;
    }

    AArch64EdgeKind(EntryKind entry, AArch64EdgeKind granted) {
        this.value = granted.value;
        this.field = granted.field;
        this.entry = entry;
        this.granted = granted;
    }

    @Override
    public int sizeBytes() {
        return field.form().sizeBytes();
    }

    @Override
    public TlsUse tls() {
        return switch (value) {
            case TLS_MODULE -> TlsUse.MODULE;
            case TLS_OFFSET -> TlsUse.OFFSET;
            case THREAD_POINTER_OFFSET, THREAD_POINTER_PAGE_OFFSET -> TlsUse.THREAD_POINTER_OFFSET;
            case TLS_DESCRIPTOR -> TlsUse.DESCRIPTOR;
            case ADDRESS,
                    PAGE_OFFSET,
                    DELTA,
                    NEGATIVE_DELTA,
                    PAGE_DELTA,
                    FROM_GOT,
                    FROM_GOT_PAGE,
                    STUB_DELTA ->
                    TlsUse.NONE;
        };
    }

    @Override
    public boolean fits(MemorySegment content, long offset) {
        return !field.form().isInstruction() || field.matches(content.get(U32, offset));
    }

    /** Returns the addend that data or an instruction holds, for relocations without addends. */
    public long addendIn(MemorySegment content, long offset) {
        return switch (field.form()) {
            case DATA16 -> content.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
            case DATA32 -> content.get(U32, offset);
            case DATA64, WORDS -> content.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
            case MOVE,
                    MOVE_SIGNED,
                    ADR,
                    ADRP,
                    LITERAL,
                    ADD,
                    LOAD_STORE,
                    LOAD_TO_ADD,
                    TEST_BRANCH,
                    CONDITIONAL_BRANCH,
                    BRANCH ->
                    field.addend(content.get(U32, offset));
        };
    }

    Value value() {
        return value;
    }

    Field field() {
        return field;
    }

    /** Returns whether it requests an entry. */
    boolean isRequest() {
        return entry != null;
    }

    /** Returns the kind of entry that it requests, or null. */
    EntryKind entry() {
        return entry;
    }

    /** Returns the kind that a branch gets if it needs no stub. */
    AArch64EdgeKind direct() {
        return switch (this) {
            case REQUEST_TEST_BRANCH14 -> TEST_BRANCH14;
            case REQUEST_CONDITIONAL_BRANCH19 -> CONDITIONAL_BRANCH19;
            case REQUEST_BRANCH26 -> BRANCH26;
            default -> granted;
        };
    }

    /** Returns the kind that an edge gets when its entry has been made. */
    AArch64EdgeKind granted() {
        return granted;
    }
}
