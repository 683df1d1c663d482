package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.elf.ElfFunctionSections.Order;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ElfFunctionSectionsTest {
    private static Order section(String name) {
        return ElfFunctionSections.of(name).orElseThrow();
    }

    @Test
    void sectionsRunInTheDirectionOfTheirKind() {
        assertEquals(new Order(true, 65_536, false), section(".init_array"));
        assertEquals(new Order(true, 65_536, true), section(".ctors"));
        assertEquals(new Order(false, 65_536, true), section(".fini_array"));
        assertEquals(new Order(false, 65_536, false), section(".dtors"));
        assertEquals(new Order(true, -2, false), section(".preinit_array"));
    }

    @Test
    void numbersArePriorities() {
        assertEquals(101, section(".init_array.101").rank());
        assertEquals(101, section(".init_array.00101").rank());
        assertEquals(101, section(".ctors.65434").rank());
        assertEquals(0, section(".ctors.65535").rank());
        assertEquals(65_535, section(".fini_array.65535").rank());
        assertEquals(65_536, section(".init_array.65536").rank());
        assertEquals(65_536, section(".init_array.-1").rank());
        assertEquals(65_536, section(".init_array._ZN1a1bE").rank());
    }

    @Test
    void otherSectionsHoldNoFunctions() {
        for (String name :
                List.of(".init", ".fini", ".text", ".init_array_x", ".ctorsx", "", ".")) {
            assertEquals(Optional.empty(), ElfFunctionSections.of(name), name);
        }
    }

    @Test
    void theTypeCountsWhateverTheNameIs() {
        Optional<Order> plain = Optional.of(new Order(true, 65_536, false));
        assertEquals(plain, ElfFunctionSections.of(Elf.SHT_INIT_ARRAY, "mine"));
        assertEquals(plain, ElfFunctionSections.of(Elf.SHT_INIT_ARRAY, ".fini_array.5"));
        assertEquals(
                Optional.of(new Order(true, 5, false)),
                ElfFunctionSections.of(Elf.SHT_INIT_ARRAY, ".init_array.5"));
        assertEquals(
                Optional.of(new Order(false, 65_536, false)),
                ElfFunctionSections.of(Elf.SHT_PROGBITS, ".dtors"));
        assertEquals(Optional.empty(), ElfFunctionSections.of(Elf.SHT_PROGBITS, ".text"));
    }
}
