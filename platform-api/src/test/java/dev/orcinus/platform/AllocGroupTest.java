package dev.orcinus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllocGroupTest {
    @Test
    void noProtectionIsWritableAndExecutable() {
        for (MemProt prot : MemProt.values()) {
            assertFalse(prot.isWritable() && prot.isExecutable(), prot + " is both");
        }
    }

    @ParameterizedTest
    @EnumSource
    void protectionsCarryLlvmsBits(MemProt prot) {
        String text = prot.toString();
        int bits =
                (text.charAt(0) == 'r' ? 1 : 0)
                        | (text.charAt(1) == 'w' ? 2 : 0)
                        | (text.charAt(2) == 'x' ? 4 : 0);
        assertEquals(bits, prot.bits(), text);
        assertEquals(prot, MemProt.ofBits(bits), text);
    }

    @Test
    void exactlyTwelveWireBytesAreGroups() {
        List<Integer> accepted = new ArrayList<>();
        for (int wire = 0; wire < 256; wire++) {
            try {
                AllocGroup group = AllocGroup.ofWire((byte) wire);
                assertEquals((byte) wire, group.toWire(), "group " + group);
                accepted.add(wire);
            } catch (IllegalArgumentException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13), accepted);
    }

    @ParameterizedTest
    @ValueSource(bytes = {6, 7, 14, 15})
    void refusesWritableAndExecutableMemory(byte wire) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> AllocGroup.ofWire(wire));
        assertEquals(
                "memory that is both writable and executable is not available", e.getMessage());
    }

    @Test
    void refusesBitsThatAreNotLlvms() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> AllocGroup.ofWire((byte) 0x11));
        assertEquals("0x11 are no protection bits", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> MemProt.ofBits(8));
        assertThrows(IllegalArgumentException.class, () -> MemProt.ofBits(-1));
    }

    @Test
    void bitThreeIsTheFinalizeLifetime() {
        AllocGroup transientCode = AllocGroup.ofWire((byte) 0xd);
        assertEquals(new AllocGroup(MemProt.READ_EXEC, MemLifetime.FINALIZE), transientCode);
        assertEquals("r-x finalize", transientCode.toString());
        assertEquals("rw-", AllocGroup.ofWire((byte) 3).toString());
        assertTrue(transientCode.prot().isReadable());
    }
}
