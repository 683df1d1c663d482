package dev.orcinus.formats.ar;

/**
 * A member of an archive.
 *
 * @param kind its purpose
 * @param name its name, a path from the archive's folder in a thin archive
 * @param headerOffset the offset of its header, in bytes from the archive's start
 * @param contentOffset the offset of its content
 * @param sizeBytes the length of its content
 * @param isOutside whether the content is a file beside the archive
 */
public record ArchiveMember(
        Kind kind,
        String name,
        long headerOffset,
        long contentOffset,
        long sizeBytes,
        boolean isOutside) {
    /** The purpose of a member. */
    public enum Kind {
        /** GNU's {@code /}: big-endian 32-bit offsets, and names. */
        GNU_INDEX,
        /** GNU's {@code /SYM64/}: the same with 64 bits. */
        GNU_INDEX64,
        /** {@code __.SYMDEF}: little-endian 32-bit pairs of name and offset. */
        BSD_INDEX,
        /** {@code __.SYMDEF_64}: the same with 64 bits. */
        BSD_INDEX64,
        /** GNU's {@code //}: names of more than 15 bytes. */
        NAMES,
        /** A file that was put into the archive. */
        FILE
    }

    /** Returns whether it is the archive's symbol index. */
    public boolean isIndex() {
        return switch (kind) {
            case GNU_INDEX, GNU_INDEX64, BSD_INDEX, BSD_INDEX64 -> true;
            case NAMES, FILE -> false;
        };
    }

    /** Returns where the next member would start: members start at even offsets. */
    long end() {
        long end = isOutside ? contentOffset : contentOffset + sizeBytes;
        return end + (end & 1);
    }
}
