package dev.orcinus.loader.format.elf;

/**
 * A section header ({@code Elf64_Shdr}).
 *
 * @param index its place in the table
 * @param name {@code sh_name}, an offset in the section name string table
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param offset {@code sh_offset}
 * @param sizeBytes {@code sh_size}
 * @param link {@code sh_link}
 * @param info {@code sh_info}
 * @param alignmentBytes {@code sh_addralign}, with 0 read as 1
 * @param entryBytes {@code sh_entsize}
 */
record SectionHeader(
        int index,
        int name,
        int type,
        long flags,
        long offset,
        long sizeBytes,
        int link,
        int info,
        long alignmentBytes,
        long entryBytes) {
    boolean has(long flag) {
        return (flags & flag) != 0;
    }

    /** Whether it takes no room in the file. */
    boolean isZeroFill() {
        return type == Elf.SHT_NOBITS;
    }
}
