package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;

/**
 * A global symbol to be written ({@code Elf64_Sym}).
 *
 * @param name {@code st_name}, an offset in the string table
 * @param type {@code ELF64_ST_TYPE(st_info)}
 * @param section {@code st_shndx}
 * @param value {@code st_value}
 * @param sizeBytes {@code st_size}
 */
record ElfSymbol(int name, int type, int section, long value, long sizeBytes) {
    /** {@code sizeof(Elf64_Sym)}. */
    static final int BYTES = 24;

    /** Writes the entry. */
    void write(ByteBuffer out) {
        out.putInt(name).put((byte) (Elf.STB_GLOBAL << 4 | type)).put((byte) Elf.STV_DEFAULT);
        out.putShort((short) section).putLong(value).putLong(sizeBytes);
    }
}
