package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.code.CodeListing;

/**
 * The C library's functions with variadic arguments, for code of arm64. Apple's compilers pass such
 * arguments on the stack ("Writing ARM64 code for Apple platforms"), those of other systems in
 * registers first (AAPCS64, appendix B). Each function here calls the function of other systems
 * that takes a list: one whose registers are used up, and whose next argument is the first one on
 * the stack. {@code long double} has another form there, and cannot be passed.
 */
final class VariadicCalls {
    private static final CodeListing PRINTF = listing("vprintf", 1);
    private static final CodeListing FPRINTF = listing("vfprintf", 2);
    private static final CodeListing DPRINTF = listing("vdprintf", 2);
    private static final CodeListing SPRINTF = listing("vsprintf", 2);
    private static final CodeListing SNPRINTF = listing("vsnprintf", 3);
    private static final CodeListing ASPRINTF = listing("vasprintf", 2);
    private static final CodeListing SPRINTF_CHECKED = listing("__vsprintf_chk", 4);
    private static final CodeListing SNPRINTF_CHECKED = listing("__vsnprintf_chk", 5);
    private static final CodeListing SCANF = listing("vscanf", 1);
    private static final CodeListing FSCANF = listing("vfscanf", 2);
    private static final CodeListing SSCANF = listing("vsscanf", 2);
    private static final CodeListing SYSLOG = listing("vsyslog", 2);
    private static final CodeListing WARN = listing("vwarn", 1);
    private static final CodeListing WARNX = listing("vwarnx", 1);
    private static final CodeListing ERR = listing("verr", 2);
    private static final CodeListing ERRX = listing("verrx", 2);

    private VariadicCalls() {}

    /**
     * Returns the code that calls a function with a list.
     *
     * @param named the number of arguments before the variadic ones, from 1 to 7
     */
    private static CodeListing listing(String function, int named) {
        return CodeListing.aarch64(
                """
                  fd7bbda9  stp x29, x30, [sp, #-48]!
                  fd030091  mov x29, sp
                  f0c30091  add x16, sp, #48
                # the arguments on the stack, the ends of those in registers (none), their lengths
                  f07f01a9  stp x16, xzr, [sp, #16]
                  ff7f02a9  stp xzr, xzr, [sp, #32]
                  eN430091  add xN, sp, #16
                  00000094[FUNCTION:branch26]  bl FUNCTION
                  fd7bc3a8  ldp x29, x30, [sp], #48
                  c0035fd6  ret
                """
                        .replace("eN", "e" + named)
                        .replace("xN", "x" + named)
                        .replace("FUNCTION", function));
    }

    /** Returns the code of a function, or null if it is none of these. */
    static CodeListing of(String cName) {
        return switch (cName) {
            case "printf" -> PRINTF;
            case "fprintf" -> FPRINTF;
            case "dprintf" -> DPRINTF;
            case "sprintf" -> SPRINTF;
            case "snprintf" -> SNPRINTF;
            case "asprintf" -> ASPRINTF;
            case "__sprintf_chk" -> SPRINTF_CHECKED;
            case "__snprintf_chk" -> SNPRINTF_CHECKED;
            case "scanf" -> SCANF;
            case "fscanf" -> FSCANF;
            case "sscanf" -> SSCANF;
            case "syslog" -> SYSLOG;
            case "warn" -> WARN;
            case "warnx" -> WARNX;
            case "err" -> ERR;
            case "errx" -> ERRX;
            default -> null;
        };
    }
}
