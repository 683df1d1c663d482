package dev.orcinus.runtime.guest;

import java.util.Map;

/**
 * The names of C functions and variables that only Darwin's headers use, with those that glibc has
 * for the same things. Code for Darwin may refer to them after the linker's underscore is removed.
 * Sources: {@code stdio.h}, {@code errno.h}, {@code sys/cdefs.h} of macOS.
 */
public final class DarwinNames {
    /** Begins a suffix that selects a variant of a function: {@code $INODE64}, {@code $UNIX2003}. */
    private static final char VARIANT = '$';

    private static final Map<String, String> NAMES =
            Map.of(
                    "__stdinp", "stdin",
                    "__stdoutp", "stdout",
                    "__stderrp", "stderr",
                    "__error", "__errno_location");

    private DarwinNames() {}

    /** Returns the name that glibc has for a C name of Darwin: a different one, or the same. */
    public static String onLinux(String name) {
        int variant = name.indexOf(VARIANT);
        String plain = variant > 0 ? name.substring(0, variant) : name;
        return NAMES.getOrDefault(plain, plain);
    }
}
