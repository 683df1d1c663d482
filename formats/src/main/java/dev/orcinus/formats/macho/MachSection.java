package dev.orcinus.formats.macho;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.nio.charset.StandardCharsets;

/**
 * A section ({@code section_64}).
 *
 * @param ordinal its number, as symbols and relocations give it: the first is 1
 * @param name {@code sectname}
 * @param segment {@code segname}
 * @param headerOffset where its structure is in the file
 * @param address {@code addr}, in the object's own address space
 * @param sizeBytes {@code size}
 * @param offset {@code offset}, of its content
 * @param alignmentBytes 2 to the power of {@code align}
 * @param relocationsOffset {@code reloff}
 * @param relocationCount {@code nreloc}
 * @param flags {@code flags}
 */
public record MachSection(
        int ordinal,
        String name,
        String segment,
        long headerOffset,
        long address,
        long sizeBytes,
        long offset,
        long alignmentBytes,
        long relocationsOffset,
        int relocationCount,
        int flags) {
    /** {@code sizeof(section_64)}. */
    static final int BYTES = 80;

    private static final int NAME_BYTES = 16;

    /** {@code MAXSECTALIGN}. */
    private static final int MOST_ALIGNED = 15;

    /** Addresses of objects start at 0; far above it, sums of them would overflow. */
    private static final long HIGHEST = 1L << 48;

    /** Reads the section at an offset that has been checked; its content lies in the file. */
    static MachSection read(FileBytes bytes, long at, int ordinal) throws MalformedFileException {
        int alignment = bytes.u32(at + 52);
        if (alignment < 0 || alignment > MOST_ALIGNED) {
            throw bytes.malformed(
                    at + 52,
                    "section %d: align is 2^%s; the limit is 2^%d"
                            .formatted(ordinal, Integer.toUnsignedString(alignment), MOST_ALIGNED));
        }
        MachSection section =
                new MachSection(
                        ordinal,
                        name(bytes, at),
                        name(bytes, at + NAME_BYTES),
                        at,
                        bytes.u64(at + 32),
                        bytes.u64(at + 40),
                        Integer.toUnsignedLong(bytes.u32(at + 48)),
                        1L << alignment,
                        Integer.toUnsignedLong(bytes.u32(at + 56)),
                        bytes.u32(at + 60),
                        bytes.u32(at + 64));
        section.require(bytes);
        return section;
    }

    /** A name of 16 bytes needs no zero byte at its end. */
    private static String name(FileBytes bytes, long at) {
        byte[] name = bytes.bytes().asSlice(at, NAME_BYTES).toArray(JAVA_BYTE);
        int length = 0;
        while (length < NAME_BYTES && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    private void require(FileBytes bytes) throws MalformedFileException {
        if (!isZeroFill()) {
            bytes.require(offset, sizeBytes, what());
        }
        if (sizeBytes < 0 || address < 0 || address + sizeBytes < 0 || address > HIGHEST) {
            throw bytes.malformed(
                    headerOffset + 32,
                    "%s: addr is 0x%x, size 0x%x".formatted(what(), address, sizeBytes));
        }
        bytes.require(
                relocationsOffset,
                Integer.toUnsignedLong(relocationCount) * MachRelocation.BYTES,
                "the relocations of " + what());
    }

    /** Returns the bytes of the file that its content and its relocations take. */
    long fileBytes() {
        long relocations = Integer.toUnsignedLong(relocationCount) * MachRelocation.BYTES;
        return relocations + (isZeroFill() ? 0 : sizeBytes);
    }

    /** Returns its number and name, for messages. */
    String what() {
        return "section %d '%s'".formatted(ordinal, fullName());
    }

    /** Returns {@code segment,name}, as assemblers write it. */
    public String fullName() {
        return segment + "," + name;
    }

    /** Returns the type, a part of the flags. */
    public int type() {
        return flags & MachO.SECTION_TYPE;
    }

    /** Returns whether the section has an attribute. */
    public boolean has(int attribute) {
        return (flags & attribute) != 0;
    }

    /** Returns whether the section takes no room in the file. */
    public boolean isZeroFill() {
        return switch (type()) {
            case MachO.S_ZEROFILL, MachO.S_GB_ZEROFILL, MachO.S_THREAD_LOCAL_ZEROFILL -> true;
            default -> false;
        };
    }
}
