package dev.orcinus.formats;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** The kinds of files that are told apart by their first bytes. */
public enum FileKind {
    /** ELF, whatever class and type. */
    ELF("an ELF file", "\u007fELF"),
    /** An archive that holds its members. */
    ARCHIVE("an archive", "!<arch>\n"),
    /** An archive whose members lie beside it. */
    THIN_ARCHIVE("a thin archive", "!<thin>\n"),
    /** LLVM bitcode. */
    BITCODE("LLVM bitcode, no machine code; compile without -flto", "BC\u00c0\u00de"),
    /** LLVM bitcode in Darwin's wrapper. */
    WRAPPED_BITCODE("LLVM bitcode, no machine code", "\u00de\u00c0\u0017\u000b"),
    /** A 64-bit little-endian Mach-O file. */
    MACH_O("a Mach-O file", "\u00cf\u00fa\u00ed\u00fe"),
    /** Anything else. */
    OTHER("no object file", "");

    private final String description;

    /** A character for each byte. */
    private final String magic;

    FileKind(String description, String magic) {
        this.description = description;
        this.magic = magic;
    }

    /** Returns a description of files of this kind, for messages. */
    public String description() {
        return description;
    }

    /** Returns the kind of a file. */
    public static FileKind of(MemorySegment bytes) {
        for (FileKind kind : values()) {
            if (kind.startsIn(bytes)) {
                return kind;
            }
        }
        throw new AssertionError("every file starts with the empty text");
    }

    private boolean startsIn(MemorySegment bytes) {
        if (bytes.byteSize() < magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((bytes.get(JAVA_BYTE, i) & 0xff) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether it is an archive of either sort. */
    public boolean isArchive() {
        return this == ARCHIVE || this == THIN_ARCHIVE;
    }
}
