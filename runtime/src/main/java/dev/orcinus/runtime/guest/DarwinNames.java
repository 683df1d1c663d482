package dev.orcinus.runtime.guest;

/**
 * The C names that only Darwin's headers and compilers use for something that other systems have
 * under its plain name. Structures are not translated: a program that uses a {@code struct stat} of
 * Darwin gets what the other system's {@code stat} writes.
 */
public final class DarwinNames {
    private DarwinNames() {}

    /**
     * Returns the name under which another system has a function or variable of Darwin.
     *
     * @param name a C name, without the underscore of Mach-O
     */
    public static String elsewhere(String name) {
        String plain = withoutVariants(name);
        return switch (plain) {
            case "__stdinp" -> "stdin";
            case "__stdoutp" -> "stdout";
            case "__stderrp" -> "stderr";
            case "__error" -> "__errno_location";
            case "sigsetjmp" -> "__sigsetjmp";
            case "__memccpy_chk" -> "memccpy"; // its further argument is the last one
            // A word that stays the same while a function runs; glibc has one for each thread.
            case "__stack_chk_guard" -> "program_invocation_name";
            case "__bzero" -> "bzero";
            case "__toupper" -> "toupper";
            case "__tolower" -> "tolower";
            case "__exp10" -> "exp10";
            case "__exp10f" -> "exp10f";
            default -> plain;
        };
    }

    /**
     * Returns a name without the suffixes by which Darwin's headers choose a variant of a function
     * ({@code sys/cdefs.h}: {@code __DARWIN_ALIAS} and its like).
     */
    private static String withoutVariants(String name) {
        int dollar = name.indexOf('$');
        while (dollar > 0 && isVariant(lastOf(name))) {
            name = name.substring(0, name.lastIndexOf('$'));
            dollar = name.indexOf('$');
        }
        return name;
    }

    private static String lastOf(String name) {
        return name.substring(name.lastIndexOf('$') + 1);
    }

    private static boolean isVariant(String suffix) {
        return switch (suffix) {
            case "INODE64", "UNIX2003", "DARWIN_EXTSN", "NOCANCEL", "1050" -> true;
            default -> false;
        };
    }
}
