package dev.orcinus.loader.format.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every relocation number of the AMD64 supplement has a name, and is linked or refused on purpose.
 */
final class X64MachineTest {
    private static final int LAST = 51;

    private final X64Machine machine = new X64Machine();

    @Test
    void namesAreUnique() {
        Set<String> names = new TreeSet<>();
        for (int number = 0; number <= LAST; number++) {
            assertTrue(names.add(machine.nameOf(number)), machine.nameOf(number));
            assertTrue(machine.nameOf(number).startsWith("R_X86_64_"), machine.nameOf(number));
        }
    }

    /**
     * The numbers that only a linker writes, for a dynamic loader, and two numbers that were
     * withdrawn.
     */
    @Test
    void onlyOutputOfLinkersIsRefused() {
        Set<String> refused = new TreeSet<>();
        for (int number = 0; number <= LAST; number++) {
            if (machine.kind(number) == null && !machine.isMark(number)) {
                refused.add(machine.nameOf(number));
            }
        }
        assertEquals(
                new TreeSet<>(
                        Set.of(
                                "R_X86_64_COPY",
                                "R_X86_64_GLOB_DAT",
                                "R_X86_64_JUMP_SLOT",
                                "R_X86_64_RELATIVE",
                                "R_X86_64_IRELATIVE",
                                "R_X86_64_RELATIVE64",
                                "R_X86_64_PC32_BND",
                                "R_X86_64_PLT32_BND")),
                refused);
    }

    @Test
    void numbersOutsideAreUnknown() {
        for (int number : new int[] {-1, LAST + 1, 249, 252, Integer.MAX_VALUE}) {
            assertNull(machine.kind(number));
            assertEquals("unknown", machine.nameOf(number));
        }
    }

    @Test
    void formsOfApx() {
        assertEquals("R_X86_64_CODE_5_GOTPCRELX", machine.nameOf(46));
        assertEquals("R_X86_64_CODE_6_GOTPC32_TLSDESC", machine.nameOf(51));
        for (int number = 43; number <= LAST; number++) {
            assertNotNull(machine.kind(number), machine.nameOf(number));
        }
    }
}
