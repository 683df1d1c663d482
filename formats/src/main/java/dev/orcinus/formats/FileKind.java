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
    /** A 32-bit little-endian Mach-O file. */
    MACH_O_32("a Mach-O file of 32 bits", "\u00ce\u00fa\u00ed\u00fe"),
    /** A 64-bit big-endian Mach-O file. */
    MACH_O_BIG_ENDIAN("a big-endian Mach-O file", "\u00fe\u00ed\u00fa\u00cf"),
    /** A 32-bit big-endian Mach-O file. */
    MACH_O_32_BIG_ENDIAN("a big-endian Mach-O file of 32 bits", "\u00fe\u00ed\u00fa\u00ce"),
    /** Mach-O files for several processors, in a table of 32-bit offsets. */
    UNIVERSAL("a universal Mach-O file", "\u00ca\u00fe\u00ba\u00be"),
    /** Mach-O files for several processors, in a table of 64-bit offsets. */
    UNIVERSAL64("a universal Mach-O file", "\u00ca\u00fe\u00ba\u00bf"),
    /** Anything else. */
    OTHER("no object file", "");

    private static final int CLASS_VERSION_END = 8;
    private static final int FIRST_CLASS_VERSION = 45;

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
            if (kind.startsIn(bytes) && (kind != UNIVERSAL || !isJavaClass(bytes))) {
                return kind;
            }
        }
        throw new AssertionError("every file starts with the empty text");
    }

    /**
     * Java's class files start with the same four bytes. Their major version, at least 45, stands
     * where a universal file has the low half of its number of slices.
     */
    private static boolean isJavaClass(MemorySegment bytes) {
        return bytes.byteSize() >= CLASS_VERSION_END
                && (bytes.get(JAVA_BYTE, CLASS_VERSION_END - 1L) & 0xff) >= FIRST_CLASS_VERSION;
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

    /** Returns whether it holds Mach-O files for several processors. */
    public boolean isUniversal() {
        return this == UNIVERSAL || this == UNIVERSAL64;
    }

    /** Returns whether it is an archive of either sort. */
    public boolean isArchive() {
        return this == ARCHIVE || this == THIN_ARCHIVE;
    }
}
