package dev.orcinus.loader.format.elf;

import static dev.orcinus.loader.arch.x64.X64EdgeKind.*;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.arch.x64.X64EdgeKind;
import dev.orcinus.loader.graph.EdgeKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;

/** The {@code R_X86_64_*} relocations (AMD64 supplement, table 4.9). */
final class X64Machine implements ElfMachine {
    /** A relocation, at the index of its number. */
    private record Row(String name, X64EdgeKind kind) {}

    private static final int R_X86_64_TLSDESC_CALL = 35;
    private static final int R_X86_64_GNU_VTINHERIT = 250;
    private static final int R_X86_64_GNU_VTENTRY = 251;

    /** The kinds for thread-locals. They are collected once, because each relocation needs them. */
    private static final Set<X64EdgeKind> THREAD_LOCAL =
            EnumSet.copyOf(
                    EnumSet.allOf(X64EdgeKind.class).stream()
                            .filter(kind -> kind.name().contains("TLS_"))
                            .toList());

    private static final Row[] TABLE = {
        new Row("R_X86_64_NONE", null),
        new Row("R_X86_64_64", POINTER64),
        new Row("R_X86_64_PC32", DELTA32),
        new Row("R_X86_64_GOT32", REQUEST_GOT_OFFSET32),
        new Row("R_X86_64_PLT32", BRANCH32),
        new Row("R_X86_64_COPY", null),
        new Row("R_X86_64_GLOB_DAT", null),
        new Row("R_X86_64_JUMP_SLOT", null),
        new Row("R_X86_64_RELATIVE", null),
        new Row("R_X86_64_GOTPCREL", REQUEST_GOT_DELTA32),
        new Row("R_X86_64_32", POINTER32),
        new Row("R_X86_64_32S", POINTER32_SIGNED),
        new Row("R_X86_64_16", POINTER16),
        new Row("R_X86_64_PC16", DELTA16),
        new Row("R_X86_64_8", POINTER8),
        new Row("R_X86_64_PC8", DELTA8),
        new Row("R_X86_64_DTPMOD64", TLS_MODULE64),
        new Row("R_X86_64_DTPOFF64", TLS_OFFSET64),
        new Row("R_X86_64_TPOFF64", TLS_THREAD_POINTER_OFFSET64),
        new Row("R_X86_64_TLSGD", REQUEST_TLS_PAIR_DELTA32),
        new Row("R_X86_64_TLSLD", REQUEST_TLS_BLOCK_DELTA32),
        new Row("R_X86_64_DTPOFF32", TLS_OFFSET32),
        new Row("R_X86_64_GOTTPOFF", REQUEST_TLS_INITIAL_EXEC_DELTA32),
        new Row("R_X86_64_TPOFF32", TLS_THREAD_POINTER_OFFSET32),
        new Row("R_X86_64_PC64", DELTA64),
        new Row("R_X86_64_GOTOFF64", DELTA64_FROM_GOT),
        new Row("R_X86_64_GOTPC32", DELTA32),
        new Row("R_X86_64_GOT64", REQUEST_GOT_OFFSET64),
        new Row("R_X86_64_GOTPCREL64", REQUEST_GOT_DELTA64),
        new Row("R_X86_64_GOTPC64", DELTA64),
        new Row("R_X86_64_GOTPLT64", REQUEST_GOT_OFFSET64),
        new Row("R_X86_64_PLTOFF64", REQUEST_BRANCH_OFFSET64),
        new Row("R_X86_64_SIZE32", SIZE32),
        new Row("R_X86_64_SIZE64", SIZE64),
        new Row("R_X86_64_GOTPC32_TLSDESC", REQUEST_TLS_DESCRIPTOR_DELTA32),
        new Row("R_X86_64_TLSDESC_CALL", null),
        new Row("R_X86_64_TLSDESC", TLS_DESCRIPTOR),
        new Row("R_X86_64_IRELATIVE", null),
        new Row("R_X86_64_RELATIVE64", null),
        new Row("R_X86_64_PC32_BND", null),
        new Row("R_X86_64_PLT32_BND", null),
        new Row("R_X86_64_GOTPCRELX", REQUEST_GOT_DELTA32_RELAXABLE),
        new Row("R_X86_64_REX_GOTPCRELX", REQUEST_GOT_DELTA32_REX_RELAXABLE),
        new Row("R_X86_64_CODE_4_GOTPCRELX", REQUEST_GOT_DELTA32_REX_RELAXABLE),
        new Row("R_X86_64_CODE_4_GOTTPOFF", REQUEST_TLS_INITIAL_EXEC_DELTA32),
        new Row("R_X86_64_CODE_4_GOTPC32_TLSDESC", REQUEST_TLS_DESCRIPTOR_DELTA32),
        new Row("R_X86_64_CODE_5_GOTPCRELX", REQUEST_GOT_DELTA32),
        new Row("R_X86_64_CODE_5_GOTTPOFF", REQUEST_TLS_INITIAL_EXEC_DELTA32),
        new Row("R_X86_64_CODE_5_GOTPC32_TLSDESC", REQUEST_TLS_DESCRIPTOR_DELTA32),
        new Row("R_X86_64_CODE_6_GOTPCRELX", REQUEST_GOT_DELTA32),
        new Row("R_X86_64_CODE_6_GOTTPOFF", REQUEST_TLS_INITIAL_EXEC_DELTA32),
        new Row("R_X86_64_CODE_6_GOTPC32_TLSDESC", REQUEST_TLS_DESCRIPTOR_DELTA32),
    };

    @Override
    public boolean isStackExecutable() {
        return true;
    }

    @Override
    public Architecture architecture() {
        return new X64();
    }

    @Override
    public EdgeKind kind(int number) {
        return number >= 0 && number < TABLE.length ? TABLE[number].kind : null;
    }

    @Override
    public String nameOf(int number) {
        return number >= 0 && number < TABLE.length ? TABLE[number].name : "unknown";
    }

    @Override
    public boolean isMark(int number) {
        return number == 0
                || number == R_X86_64_TLSDESC_CALL
                || number == R_X86_64_GNU_VTINHERIT
                || number == R_X86_64_GNU_VTENTRY;
    }

    @Override
    public boolean needsGotBase(EdgeKind kind) {
        return kind == DELTA64_FROM_GOT
                || kind == REQUEST_GOT_OFFSET64
                || kind == REQUEST_GOT_OFFSET32
                || kind == REQUEST_BRANCH_OFFSET64;
    }

    @Override
    public boolean isThreadLocal(EdgeKind kind) {
        return kind instanceof X64EdgeKind own && THREAD_LOCAL.contains(own);
    }

    /**
     * Returns the sign-extended addend, as assemblers write it that use {@code REL}. The supplement
     * itself only has {@code RELA}.
     */
    @Override
    public long implicitAddend(EdgeKind kind, MemorySegment content, long offset) {
        return switch (kind.sizeBytes()) {
            case 1 -> content.get(ValueLayout.JAVA_BYTE, offset);
            case 2 -> content.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
            case 4 -> content.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
            default -> content.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
        };
    }
}
