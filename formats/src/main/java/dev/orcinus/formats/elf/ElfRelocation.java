package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;

/**
 * A relocation to be written ({@code Elf64_Rela}).
 *
 * @param offset {@code r_offset}
 * @param type {@code ELF64_R_TYPE(r_info)}, the processor's number
 * @param symbol {@code ELF64_R_SYM(r_info)}
 * @param addend {@code r_addend}
 */
record ElfRelocation(long offset, int type, int symbol, long addend) {
    /** {@code sizeof(Elf64_Rela)}. */
    static final int BYTES = 24;

    /** Returns this relocation at another place. */
    ElfRelocation at(long otherOffset) {
        return new ElfRelocation(otherOffset, type, symbol, addend);
    }

    /** Writes the entry. */
    void write(ByteBuffer out) {
        out.putLong(offset).putLong((long) symbol << Integer.SIZE | type).putLong(addend);
    }
}
