package dev.orcinus.formats.ar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.ar.ArchiveMember.Kind;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Reads members' headers ({@code struct ar_hdr} of {@code <ar.h>}). One thread at a time may use
 * it.
 */
final class MemberReader {
    static final int HEADER_BYTES = 60;

    private static final int NAME_BYTES = 16;
    private static final int SIZE = 48;
    private static final int SIZE_BYTES = 10;
    private static final int END_MARK = 58;

    /** {@code ARFMAG}, a grave accent and a line feed. */
    private static final int MARK = 0x0a60;

    private static final String BSD_NAME = "#1/";
    private static final long LONGEST_NAME_BYTES = 1 << 16;

    private final FileBytes bytes;
    private final boolean thin;
    private ArchiveMember longNames;

    MemberReader(FileBytes bytes, boolean thin) {
        this.bytes = bytes;
        this.thin = thin;
    }

    /** Sets the member that holds the long names. */
    void setLongNames(ArchiveMember names) {
        longNames = names;
    }

    /** Returns the member whose header is at {@code offset}. */
    ArchiveMember at(long offset) throws MalformedFileException {
        bytes.require(offset, HEADER_BYTES, "the header of an archive's member");
        if (bytes.u16(offset + END_MARK) != MARK) {
            throw bytes.malformed(
                    offset + END_MARK,
                    "the header of a member ends with 0x%x, not with 0x%x"
                            .formatted(bytes.u16(offset + END_MARK), MARK));
        }
        String name = field(offset, NAME_BYTES);
        long size = number(field(offset + SIZE, SIZE_BYTES), offset + SIZE, "a member's size");
        ArchiveMember member =
                name.startsWith(BSD_NAME)
                        ? bsdNamed(name, offset, size)
                        : member(kind(name), name(name, offset), offset, 0, size);
        if (!member.isOutside()) {
            bytes.require(
                    member.contentOffset(), member.sizeBytes(), "member '" + member.name() + "'");
        }
        return member;
    }

    private ArchiveMember member(Kind kind, String name, long offset, long nameBytes, long size) {
        return new ArchiveMember(
                kind,
                name,
                offset,
                offset + HEADER_BYTES + nameBytes,
                size - nameBytes,
                thin && kind == Kind.FILE);
    }

    /** Reads a member whose name stands before the content, and counts as a part of it. */
    private ArchiveMember bsdNamed(String field, long offset, long size)
            throws MalformedFileException {
        long length = number(field.substring(BSD_NAME.length()), offset, "a name's length");
        if (length > size || length > LONGEST_NAME_BYTES) {
            throw bytes.malformed(
                    offset, "a name of %d bytes in a member of %d bytes".formatted(length, size));
        }
        bytes.require(offset + HEADER_BYTES, length, "a member's name");
        String name = text(offset + HEADER_BYTES, length);
        int end = name.indexOf(0);
        name = end < 0 ? name : name.substring(0, end);
        return member(kind(name), name, offset, length, size);
    }

    private static Kind kind(String name) {
        return switch (name) {
            case "/" -> Kind.GNU_INDEX;
            case "/SYM64/" -> Kind.GNU_INDEX64;
            case "//" -> Kind.NAMES;
            case "__.SYMDEF", "__.SYMDEF SORTED" -> Kind.BSD_INDEX;
            case "__.SYMDEF_64", "__.SYMDEF_64 SORTED" -> Kind.BSD_INDEX64;
            default -> Kind.FILE;
        };
    }

    private String name(String field, long offset) throws MalformedFileException {
        if (kind(field) != Kind.FILE) {
            return field;
        }
        if (field.startsWith("/")) {
            return longName(number(field.substring(1), offset, "a long name's offset"), offset);
        }
        return field.endsWith("/") ? field.substring(0, field.length() - 1) : field;
    }

    private String longName(long start, long offset) throws MalformedFileException {
        if (longNames == null || start >= longNames.sizeBytes()) {
            throw bytes.malformed(
                    offset, "a member's name is at 0x%x of %s".formatted(start, tableOfNames()));
        }
        long from = longNames.contentOffset() + start;
        long end = longNames.contentOffset() + longNames.sizeBytes();
        long limit = Math.min(end, from + LONGEST_NAME_BYTES);
        long to = from;
        while (to < limit && bytes.u8(to) != '\n' && bytes.u8(to) != 0) {
            to++;
        }
        if (to == limit) {
            throw bytes.malformed(
                    from, "the name of the member at %d has no end".formatted(offset));
        }
        String name = text(from, to - from);
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private String tableOfNames() {
        return longNames == null
                ? "a table of names that is not there"
                : "a table of 0x%x bytes".formatted(longNames.sizeBytes());
    }

    private long number(String digits, long offset, String what) throws MalformedFileException {
        try {
            long value = Long.parseLong(digits);
            if (value >= 0 && digits.charAt(0) != '+') {
                return value;
            }
        } catch (NumberFormatException _) { // the same error
        }
        throw bytes.malformed(offset, "%s is '%s', no number".formatted(what, digits));
    }

    /** Returns a field of a header, without the spaces that fill it up. */
    private String field(long offset, int sizeBytes) {
        return text(offset, sizeBytes).stripTrailing();
    }

    private String text(long offset, long sizeBytes) {
        MemorySegment slice = bytes.bytes().asSlice(offset, sizeBytes);
        return new String(slice.toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
