package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;

/** The Mach-O relocation types of one processor and the edges that they stand for. */
interface MachOMachine {
    /**
     * Returns the machine of an object.
     *
     * @throws UnsupportedObjectException if no code is linked for it
     */
    static MachOMachine of(MachFile file) {
        int type = file.header().cpuType();
        return switch (type) {
            case MachO.CPU_TYPE_X86_64 -> new MachOX64Machine();
            case MachO.CPU_TYPE_ARM64 -> new MachOAArch64Machine();
            default ->
                    throw new UnsupportedObjectException(
                            file.bytes().file(),
                            "Mach-O code for %s; x86_64 and aarch64 are linked"
                                    .formatted(MachO.processor(type)));
        };
    }

    /** Returns the machine of a graph that has been read. */
    static MachOMachine named(String architecture) {
        return switch (architecture) {
            case "x86_64" -> new MachOX64Machine();
            case "aarch64" -> new MachOAArch64Machine();
            default -> throw new IllegalArgumentException("no Mach-O machine " + architecture);
        };
    }

    /** Returns the processor's part of linking. */
    Architecture architecture();

    /** Returns the name that the first part of a target triple has for it. */
    default String name() {
        return architecture().name();
    }

    /**
     * Returns a function of Darwin's C library that other systems do not have, or null if there is
     * none of that name.
     */
    CodeTemplate darwinFunction(String cName);

    /** Returns the name of a relocation type, or "unknown". */
    String nameOf(int type);

    /**
     * Adds the edge of the relocation at a cursor. If further relocations belong to it, the cursor
     * is moved to the last of them.
     */
    void add(RelocationCursor at) throws MalformedFileException;
}
