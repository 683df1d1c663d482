package dev.orcinus.platform.linux.guestprocess;

import java.util.List;
import java.util.Set;

/** Which definitions of a program take the place of those of libraries. It has no state. */
final class PreemptionRules {
    /**
     * Libraries that a process has open although its program may not be linked with them. Which
     * names {@code ld} exports depends on the libraries that it is given.
     */
    private static final List<String> NOT_ASKED_FOR = List.of("libm.so", "libgcc_s.so");

    /** Libraries that belong together: what two of them define means the same. */
    private static final List<String> OF_SYSTEM =
            List.of(
                    "ld-linux",
                    "libc.so",
                    "libc++.so",
                    "libc++abi.so",
                    "libdl.so",
                    "libgcc_s.so",
                    "libm.so",
                    "libpthread.so",
                    "librt.so",
                    "libstdc++.so");

    private static final List<String> UNWINDER = List.of("libunwind.so");

    private static final Set<String> ALLOCATORS =
            Set.of(
                    "aligned_alloc",
                    "calloc",
                    "cfree",
                    "free",
                    "free_aligned_sized",
                    "free_sized",
                    "malloc",
                    "malloc_usable_size",
                    "memalign",
                    "posix_memalign",
                    "pvalloc",
                    "realloc",
                    "reallocarray",
                    "valloc");

    /**
     * The mangled names of {@code operator new}, {@code new[]}, {@code delete}, {@code delete[]}.
     */
    private static final List<String> OPERATORS = List.of("_Znw", "_Zna", "_Zdl", "_Zda");

    private PreemptionRules() {}

    /** Returns whether a program may be linked without a library that its process has. */
    static boolean isAlwaysThere(String library) {
        return startsWith(NOT_ASKED_FOR, library);
    }

    /** Returns whether a library's initializers allocate nothing that is freed later. */
    static boolean isSimple(String library) {
        return isOfSystem(library) || startsWith(UNWINDER, library);
    }

    /** Returns whether a library takes no definition's place but such as means the same. */
    static boolean isOfSystem(String library) {
        return startsWith(OF_SYSTEM, library);
    }

    /** Returns whether a function allocates memory or frees it. */
    static boolean isAllocator(String function) {
        return ALLOCATORS.contains(function) || OPERATORS.stream().anyMatch(function::startsWith);
    }

    private static boolean startsWith(List<String> names, String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return names.stream().anyMatch(file::startsWith);
    }
}
