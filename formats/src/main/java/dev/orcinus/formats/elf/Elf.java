package dev.orcinus.formats.elf;

/** Constants of {@code <elf.h>} under their own names. */
public final class Elf {
    /** Types of files. */
    public static final int ET_REL = 1;

    static final int ET_EXEC = 2;
    static final int ET_DYN = 3;

    /** Processors. */
    public static final int EM_X86_64 = 62;

    public static final int EM_AARCH64 = 183;

    /** Section indices with a meaning. */
    public static final int SHN_UNDEF = 0;

    public static final int SHN_LORESERVE = 0xff00;
    public static final int SHN_ABS = 0xfff1;
    public static final int SHN_COMMON = 0xfff2;
    public static final int SHN_XINDEX = 0xffff;
    public static final int SHN_X86_64_LCOMMON = 0xff02;

    /** Types of sections. */
    static final int SHT_NULL = 0;

    public static final int SHT_PROGBITS = 1;

    public static final int SHT_SYMTAB = 2;
    public static final int SHT_STRTAB = 3;
    public static final int SHT_RELA = 4;
    static final int SHT_HASH = 5;
    static final int SHT_DYNAMIC = 6;
    public static final int SHT_NOTE = 7;
    public static final int SHT_NOBITS = 8;
    public static final int SHT_REL = 9;
    public static final int SHT_DYNSYM = 11;
    public static final int SHT_INIT_ARRAY = 14;
    public static final int SHT_FINI_ARRAY = 15;
    public static final int SHT_PREINIT_ARRAY = 16;
    public static final int SHT_GROUP = 17;
    public static final int SHT_SYMTAB_SHNDX = 18;
    public static final int SHT_CREL = 0x40000014;
    public static final int SHT_LLVM_ADDRSIG = 0x6fff4c03;
    public static final int SHT_GNU_VERDEF = 0x6ffffffd;
    public static final int SHT_GNU_VERNEED = 0x6ffffffe;
    public static final int SHT_GNU_VERSYM = 0x6fffffff;
    public static final int SHT_X86_64_UNWIND = 0x70000001;

    /** Flags of sections. */
    public static final long SHF_WRITE = 0x1;

    public static final long SHF_ALLOC = 0x2;
    public static final long SHF_EXECINSTR = 0x4;
    static final long SHF_INFO_LINK = 0x40;
    public static final long SHF_LINK_ORDER = 0x80;
    public static final long SHF_GROUP = 0x200;
    public static final long SHF_TLS = 0x400;
    public static final long SHF_COMPRESSED = 0x800;
    public static final long SHF_GNU_RETAIN = 0x200000;
    public static final long SHF_X86_64_LARGE = 0x10000000L;
    public static final long SHF_EXCLUDE = 0x80000000L;

    /** The flag of a group of which a program has one copy. */
    public static final int GRP_COMDAT = 1;

    /** Bindings of symbols. */
    public static final int STB_LOCAL = 0;

    public static final int STB_GLOBAL = 1;
    public static final int STB_WEAK = 2;
    public static final int STB_GNU_UNIQUE = 10;

    /** Types of symbols. */
    public static final int STT_NOTYPE = 0;

    public static final int STT_OBJECT = 1;
    public static final int STT_FUNC = 2;
    public static final int STT_SECTION = 3;
    public static final int STT_FILE = 4;
    public static final int STT_TLS = 6;
    public static final int STT_GNU_IFUNC = 10;

    /** Visibilities of symbols. */
    public static final int STV_DEFAULT = 0;

    public static final int STV_INTERNAL = 1;
    public static final int STV_HIDDEN = 2;
    public static final int STV_PROTECTED = 3;

    static final int PT_LOAD = 1;
    static final int PT_DYNAMIC = 2;
    static final int PT_INTERP = 3;
    static final int PT_NOTE = 4;
    static final int PT_PHDR = 6;
    static final int PT_TLS = 7;
    static final int PT_GNU_EH_FRAME = 0x6474e550;
    static final int PT_GNU_STACK = 0x6474e551;
    static final int PF_X = 1;
    static final int PF_W = 2;
    static final int PF_R = 4;

    static final int DT_NEEDED = 1;
    static final int DT_PLTRELSZ = 2;
    static final int DT_HASH = 4;
    static final int DT_STRTAB = 5;
    static final int DT_SYMTAB = 6;
    static final int DT_RELA = 7;
    static final int DT_RELASZ = 8;
    static final int DT_RELAENT = 9;
    static final int DT_STRSZ = 10;
    static final int DT_SYMENT = 11;
    static final int DT_INIT = 12;
    static final int DT_FINI = 13;
    static final int DT_SONAME = 14;
    static final int DT_RPATH = 15;
    static final int DT_SYMBOLIC = 16;
    static final int DT_DEBUG = 21;
    static final int DT_JMPREL = 23;
    static final int DT_INIT_ARRAY = 25;
    static final int DT_INIT_ARRAYSZ = 27;
    static final int DT_FINI_ARRAYSZ = 28;
    static final int DT_RUNPATH = 29;
    static final int DT_FLAGS = 30;
    static final int DT_PREINIT_ARRAY = 32;
    static final int DT_PREINIT_ARRAYSZ = 33;
    static final int DT_GNU_HASH = 0x6ffffef5;
    static final int DT_FLAGS_1 = 0x6ffffffb;
    static final long DF_1_INITFIRST = 0x20;
    static final int DT_VERSYM = 0x6ffffff0;
    static final int DT_VERNEED = 0x6ffffffe;
    static final int DT_VERNEEDNUM = 0x6fffffff;
    static final int DF_SYMBOLIC = 2;
    static final int DF_BIND_NOW = 8;
    static final int DF_STATIC_TLS = 16;

    private Elf() {}
}
