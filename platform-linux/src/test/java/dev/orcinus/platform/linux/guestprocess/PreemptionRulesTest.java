package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which libraries are the system's own, and which functions allocate. */
final class PreemptionRulesTest {
    /** LLVM's unwinder allocates nothing, but its functions are not those of libgcc. */
    @ParameterizedTest
    @CsvSource({
        "/lib/x86_64-linux-gnu/libc.so.6, true, true",
        "/lib64/ld-linux-x86-64.so.2, true, true",
        "libstdc++.so, true, true",
        "/usr/lib/libc++abi.so.1, true, true",
        "/usr/lib/libunwind.so.1, false, true",
        "/usr/lib/libjemalloc.so.2, false, false",
        "/home/libc.so/libz.so.1, false, false"
    })
    void librariesOfTheSystem(String library, boolean isOfSystem, boolean isSimple) {
        assertEquals(isOfSystem, PreemptionRules.isOfSystem(library));
        assertEquals(isSimple, PreemptionRules.isSimple(library));
    }

    @ParameterizedTest
    @ValueSource(strings = {"malloc", "free_sized", "_Znwm", "_ZdaPvSt11align_val_t"})
    void allocators(String function) {
        assertTrue(PreemptionRules.isAllocator(function));
    }

    @ParameterizedTest
    @ValueSource(strings = {"getenv", "mallocs", "_ZN3fooC1Ev"})
    void otherFunctions(String function) {
        assertFalse(PreemptionRules.isAllocator(function));
    }
}
