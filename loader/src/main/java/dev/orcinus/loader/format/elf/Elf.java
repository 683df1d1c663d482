package dev.orcinus.loader.format.elf;

/** Constants of {@code <elf.h>} that the reader needs, under their own names. */
final class Elf {
    static final int EI_CLASS = 4;
    static final int EI_DATA = 5;
    static final int EI_VERSION = 6;
    static final int ELFCLASS64 = 2;
    static final int ELFDATA2LSB = 1;
    static final int EV_CURRENT = 1;
    static final int ELFMAG = 0x464c457f;

    static final int ET_REL = 1;
    static final int EM_X86_64 = 62;
    static final int EM_AARCH64 = 183;

    static final int EHDR_BYTES = 64;
    static final int SHDR_BYTES = 64;
    static final int SYM_BYTES = 24;
    static final int RELA_BYTES = 24;
    static final int REL_BYTES = 16;

    static final int SHN_UNDEF = 0;
    static final int SHN_LORESERVE = 0xff00;
    static final int SHN_ABS = 0xfff1;
    static final int SHN_COMMON = 0xfff2;
    static final int SHN_XINDEX = 0xffff;
    static final int SHN_X86_64_LCOMMON = 0xff02;

    static final int SHT_PROGBITS = 1;
    static final int SHT_SYMTAB = 2;
    static final int SHT_STRTAB = 3;
    static final int SHT_RELA = 4;
    static final int SHT_NOTE = 7;
    static final int SHT_NOBITS = 8;
    static final int SHT_REL = 9;
    static final int SHT_INIT_ARRAY = 14;
    static final int SHT_FINI_ARRAY = 15;
    static final int SHT_PREINIT_ARRAY = 16;
    static final int SHT_GROUP = 17;
    static final int SHT_SYMTAB_SHNDX = 18;
    static final int SHT_CREL = 0x40000014;
    static final int SHT_LLVM_ADDRSIG = 0x6fff4c03;
    static final int SHT_X86_64_UNWIND = 0x70000001;

    static final long SHF_WRITE = 0x1;
    static final long SHF_ALLOC = 0x2;
    static final long SHF_EXECINSTR = 0x4;
    static final long SHF_LINK_ORDER = 0x80;
    static final long SHF_GROUP = 0x200;
    static final long SHF_TLS = 0x400;
    static final long SHF_COMPRESSED = 0x800;
    static final long SHF_GNU_RETAIN = 0x200000;
    static final long SHF_EXCLUDE = 0x80000000L;

    static final int GRP_COMDAT = 1;

    static final int STB_LOCAL = 0;
    static final int STB_GLOBAL = 1;
    static final int STB_WEAK = 2;
    static final int STB_GNU_UNIQUE = 10;

    static final int STT_NOTYPE = 0;
    static final int STT_SECTION = 3;
    static final int STT_FILE = 4;
    static final int STT_TLS = 6;
    static final int STT_GNU_IFUNC = 10;

    static final int STV_DEFAULT = 0;
    static final int STV_INTERNAL = 1;
    static final int STV_HIDDEN = 2;
    static final int STV_PROTECTED = 3;

    private Elf() {}
}
