package dev.orcinus.formats.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;

/**
 * A relocation ({@code relocation_info}).
 *
 * @param at where it is in the file
 * @param offset {@code r_address}, from the start of the section
 * @param number {@code r_symbolnum}: of a symbol, or of a section
 * @param isRelative {@code r_pcrel}
 * @param sizeBytes 2 to the power of {@code r_length}
 * @param isExternal {@code r_extern}: whether the number is a symbol's
 * @param type {@code r_type}
 */
public record MachRelocation(
        long at,
        long offset,
        int number,
        boolean isRelative,
        int sizeBytes,
        boolean isExternal,
        int type) {
    /** {@code sizeof(relocation_info)}. */
    public static final int BYTES = 8;

    private static final int SCATTERED = 0x8000_0000;
    private static final int NUMBER = 0xff_ffff;

    /** Reads the relocation at an offset that has been checked. */
    static MachRelocation read(FileBytes bytes, long at, MachSection section)
            throws MalformedFileException {
        int address = bytes.u32(at);
        if ((address & SCATTERED) != 0) {
            throw bytes.malformed(
                    at,
                    "%s: r_address is 0x%x, a scattered relocation; 64-bit objects have none"
                            .formatted(section.fullName(), address));
        }
        int word = bytes.u32(at + 4);
        return new MachRelocation(
                at,
                address,
                word & NUMBER,
                (word >>> 24 & 1) != 0,
                1 << (word >>> 25 & 3),
                (word >>> 27 & 1) != 0,
                word >>> 28);
    }
}
