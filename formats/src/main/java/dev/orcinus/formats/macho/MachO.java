package dev.orcinus.formats.macho;

/** The constants of Mach-O that Orcinus uses, as the headers spell them. */
public final class MachO {
    /** {@code MH_MAGIC_64}. */
    public static final int MH_MAGIC_64 = 0xfeedfacf;

    /** {@code MH_OBJECT}: what a compiler's {@code -c} makes. */
    public static final int MH_OBJECT = 1;

    /** {@code MH_SUBSECTIONS_VIA_SYMBOLS}: sections may be split at symbols. */
    public static final int MH_SUBSECTIONS_VIA_SYMBOLS = 0x2000;

    /** {@code CPU_TYPE_X86_64}. */
    public static final int CPU_TYPE_X86_64 = 0x0100_0007;

    /** {@code CPU_TYPE_ARM64}. */
    public static final int CPU_TYPE_ARM64 = 0x0100_000c;

    /** {@code CPU_SUBTYPE_MASK}: the part of a subtype that holds features. */
    public static final int CPU_SUBTYPE_MASK = 0xff00_0000;

    /** {@code CPU_SUBTYPE_ARM64E}. */
    public static final int CPU_SUBTYPE_ARM64E = 2;

    /** {@code CPU_SUBTYPE_X86_64_ALL}. */
    public static final int CPU_SUBTYPE_X86_64_ALL = 3;

    /** {@code LC_SYMTAB}. */
    public static final int LC_SYMTAB = 0x2;

    /** {@code LC_DYSYMTAB}. */
    public static final int LC_DYSYMTAB = 0xb;

    /** {@code LC_SEGMENT_64}. */
    public static final int LC_SEGMENT_64 = 0x19;

    /** {@code LC_VERSION_MIN_MACOSX}. */
    public static final int LC_VERSION_MIN_MACOSX = 0x24;

    /** {@code LC_VERSION_MIN_IPHONEOS}. */
    public static final int LC_VERSION_MIN_IPHONEOS = 0x25;

    /** {@code LC_DATA_IN_CODE}. */
    public static final int LC_DATA_IN_CODE = 0x29;

    /** {@code LC_LINKER_OPTION}. */
    public static final int LC_LINKER_OPTION = 0x2d;

    /** {@code LC_VERSION_MIN_TVOS}. */
    public static final int LC_VERSION_MIN_TVOS = 0x2f;

    /** {@code LC_VERSION_MIN_WATCHOS}. */
    public static final int LC_VERSION_MIN_WATCHOS = 0x30;

    /** {@code LC_BUILD_VERSION}. */
    public static final int LC_BUILD_VERSION = 0x32;

    /** {@code SECTION_TYPE}: the part of a section's flags that is its type. */
    public static final int SECTION_TYPE = 0xff;

    /** {@code S_ZEROFILL}. */
    public static final int S_ZEROFILL = 0x1;

    /** {@code S_CSTRING_LITERALS}. */
    public static final int S_CSTRING_LITERALS = 0x2;

    /** {@code S_4BYTE_LITERALS}. */
    public static final int S_4BYTE_LITERALS = 0x3;

    /** {@code S_8BYTE_LITERALS}. */
    public static final int S_8BYTE_LITERALS = 0x4;

    /** {@code S_LITERAL_POINTERS}. */
    public static final int S_LITERAL_POINTERS = 0x5;

    /** {@code S_NON_LAZY_SYMBOL_POINTERS}. */
    public static final int S_NON_LAZY_SYMBOL_POINTERS = 0x6;

    /** {@code S_LAZY_SYMBOL_POINTERS}. */
    public static final int S_LAZY_SYMBOL_POINTERS = 0x7;

    /** {@code S_SYMBOL_STUBS}. */
    public static final int S_SYMBOL_STUBS = 0x8;

    /** {@code S_MOD_INIT_FUNC_POINTERS}. */
    public static final int S_MOD_INIT_FUNC_POINTERS = 0x9;

    /** {@code S_MOD_TERM_FUNC_POINTERS}. */
    public static final int S_MOD_TERM_FUNC_POINTERS = 0xa;

    /** {@code S_GB_ZEROFILL}. */
    public static final int S_GB_ZEROFILL = 0xc;

    /** {@code S_16BYTE_LITERALS}. */
    public static final int S_16BYTE_LITERALS = 0xe;

    /** {@code S_THREAD_LOCAL_REGULAR}. */
    public static final int S_THREAD_LOCAL_REGULAR = 0x11;

    /** {@code S_THREAD_LOCAL_ZEROFILL}. */
    public static final int S_THREAD_LOCAL_ZEROFILL = 0x12;

    /** {@code S_THREAD_LOCAL_VARIABLES}. */
    public static final int S_THREAD_LOCAL_VARIABLES = 0x13;

    /** {@code S_THREAD_LOCAL_INIT_FUNCTION_POINTERS}. */
    public static final int S_THREAD_LOCAL_INIT_FUNCTION_POINTERS = 0x15;

    /** {@code S_INIT_FUNC_OFFSETS}. */
    public static final int S_INIT_FUNC_OFFSETS = 0x16;

    /** {@code S_ATTR_PURE_INSTRUCTIONS}. */
    public static final int S_ATTR_PURE_INSTRUCTIONS = 0x8000_0000;

    /** {@code S_ATTR_NO_DEAD_STRIP}. */
    public static final int S_ATTR_NO_DEAD_STRIP = 0x1000_0000;

    /** {@code S_ATTR_LIVE_SUPPORT}: blocks are kept if they refer to something that is kept. */
    public static final int S_ATTR_LIVE_SUPPORT = 0x0800_0000;

    /** {@code S_ATTR_DEBUG}. */
    public static final int S_ATTR_DEBUG = 0x0200_0000;

    /** {@code S_ATTR_SOME_INSTRUCTIONS}. */
    public static final int S_ATTR_SOME_INSTRUCTIONS = 0x0000_0400;

    /** {@code N_STAB}: any of these bits makes a symbol one for debuggers. */
    public static final int N_STAB = 0xe0;

    /** {@code N_PEXT}: a private external symbol. */
    public static final int N_PEXT = 0x10;

    /** {@code N_TYPE}: the part of a symbol's type that says where it is defined. */
    public static final int N_TYPE = 0x0e;

    /** {@code N_EXT}: an external symbol. */
    public static final int N_EXT = 0x01;

    /** {@code N_UNDF}. */
    public static final int N_UNDF = 0x0;

    /** {@code N_ABS}. */
    public static final int N_ABS = 0x2;

    /** {@code N_INDR}. */
    public static final int N_INDR = 0xa;

    /** {@code N_PBUD}. */
    public static final int N_PBUD = 0xc;

    /** {@code N_SECT}. */
    public static final int N_SECT = 0xe;

    /** {@code N_NO_DEAD_STRIP}, of a defined symbol. */
    public static final int N_NO_DEAD_STRIP = 0x20;

    /** {@code N_WEAK_REF}, of an undefined symbol. */
    public static final int N_WEAK_REF = 0x40;

    /** {@code N_WEAK_DEF}, of a defined symbol. */
    public static final int N_WEAK_DEF = 0x80;

    /** {@code N_SYMBOL_RESOLVER}. */
    public static final int N_SYMBOL_RESOLVER = 0x100;

    /** {@code N_ALT_ENTRY}: a further entry of what the symbol before it names. */
    public static final int N_ALT_ENTRY = 0x200;

    private MachO() {}

    /** Returns the name of a processor, as the first part of a target triple names it. */
    public static String processor(int cpuType) {
        return switch (cpuType) {
            case CPU_TYPE_X86_64 -> "x86_64";
            case CPU_TYPE_ARM64 -> "aarch64";
            case 0x7 -> "i386";
            case 0xc -> "arm";
            case 0x0200_000c -> "arm64_32";
            case 0x12 -> "powerpc";
            case 0x0100_0012 -> "powerpc64";
            default -> "cpu type 0x" + Integer.toHexString(cpuType);
        };
    }
}
