package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.EdgeKind;
import java.lang.foreign.MemorySegment;

/** The ELF relocation numbers of one processor and the edge kinds that they stand for. */
interface ElfMachine {
    /**
     * Returns the machine of an object.
     *
     * @throws UnsupportedObjectException if no code is linked for it
     */
    static ElfMachine of(ElfFile file) {
        int number = file.header().machine();
        return switch (number) {
            case Elf.EM_X86_64 -> new X64Machine();
            case Elf.EM_AARCH64 -> new AArch64Machine();
            default ->
                    throw new UnsupportedObjectException(
                            file.bytes().file(),
                            "code for the ELF machine %d; x86-64 (62) and AArch64 (183) are linked"
                                    .formatted(number));
        };
    }

    /** Returns the machine of a graph that has been read. */
    static ElfMachine named(String architecture) {
        return switch (architecture) {
            case "x86_64" -> new X64Machine();
            case "aarch64" -> new AArch64Machine();
            default -> throw new IllegalArgumentException("no ELF machine " + architecture);
        };
    }

    /** Returns {@code e_machine}. */
    default int number() {
        return name().equals("aarch64") ? Elf.EM_AARCH64 : Elf.EM_X86_64;
    }

    /**
     * Returns whether an object that does not say whether it needs an executable stack gets one, as
     * {@code ld} decides it.
     */
    boolean isStackExecutable();

    /** Returns the processor's part of linking. */
    Architecture architecture();

    /** Returns the name that the first part of a target triple has for it. */
    default String name() {
        return architecture().name();
    }

    /** Returns the kind of edge for a relocation number, or null if it is not supported. */
    EdgeKind kind(int number);

    /** Returns the relocation's name, or "unknown". */
    String nameOf(int number);

    /** Returns whether the relocation changes nothing and only marks a place for linkers. */
    boolean isMark(int number);

    /** Returns whether the edge's value counts from {@code _GLOBAL_OFFSET_TABLE_}. */
    boolean needsGotBase(EdgeKind kind);

    /**
     * Returns whether the kind is for thread-local variables. All such kinds have {@code TLS_} in
     * their names.
     */
    default boolean isThreadLocal(EdgeKind kind) {
        return kind.name().contains("TLS_");
    }

    /**
     * Returns the addend of a {@code REL} relocation, which is stored in the bytes that it will
     * change.
     *
     * @param content the section's bytes
     */
    long implicitAddend(EdgeKind kind, MemorySegment content, long offset);
}
