package dev.orcinus.loader.arch.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedRelocationException;
import dev.orcinus.loader.graph.Section;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects whose relocations are unknown, or do not match their code. */
final class ObjectErrorsTest {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MOVW_UABS_G0 = 263;
    private static final int RELA_BYTES = 24;

    /**
     * Returns the object with another number in its first relocation, which is of a {@code movz}.
     */
    private static byte[] withFirstRelocation(int number) {
        byte[] object = TestObject.resource("relocations.o");
        MemorySegment bytes = MemorySegment.ofArray(object);
        for (long at = 0; at + RELA_BYTES <= object.length; at += 8) {
            if (bytes.get(U64, at) == 0
                    && bytes.get(U32, at + 8) == MOVW_UABS_G0
                    && bytes.get(U64, at + 16) == 1) {
                bytes.set(U32, at + 8, number);
                return object;
            }
        }
        throw new AssertionError("no such relocation");
    }

    private static void read(int number) {
        TestObject.read("x.o", withFirstRelocation(number));
    }

    @Test
    void anUnknownRelocationIsNamed() {
        UnsupportedRelocationException e =
                assertThrows(UnsupportedRelocationException.class, () -> read(300));
        assertEquals(300, e.number());
        assertEquals(
                "x.o: .text+0x0: relocation 300 (R_AARCH64_MOVW_GOTOFF_G0) is not supported",
                e.getMessage());
    }

    @Test
    void aRelocationThatNobodyKnowsHasItsNumber() {
        for (int number : new int[] {1, 255, 281, 1033, -1}) {
            UnsupportedRelocationException e =
                    assertThrows(UnsupportedRelocationException.class, () -> read(number));
            assertEquals(number, e.number());
            assertTrue(e.getMessage().contains("(unknown)"), e::getMessage);
        }
    }

    @Test
    void aMarkChangesNothing() {
        for (int number : new int[] {0, 256, 569}) {
            read(number);
        }
    }

    @Test
    void aRelocationForAnotherInstructionIsAnError() {
        MalformedObjectException e = assertThrows(MalformedObjectException.class, () -> read(283));
        assertTrue(
                e.getMessage()
                        .endsWith(
                                "R_AARCH64_CALL26 at .text+0x0 is not for the instruction that is"
                                        + " there"),
                e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relocations.o", "entries.o"})
    void damagedObjectsAreErrorsOrLinked(String name) {
        byte[] original = TestObject.resource(name);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = original.clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                link(damaged, name.equals("entries.o"));
            } catch (LinkException expected) {
                assertTrue(expected.getMessage().contains("x.o"), expected::getMessage);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(name + ", seed " + seed + ", round " + i, e);
            }
        }
    }

    private static void link(byte[] object, boolean hasThreadLocals) {
        TestObject damaged = TestObject.read("x.o", object).lower(_ -> true);
        damaged.place(Section.Use.CODE, 0x4000_0000L);
        damaged.place(Section.Use.CONSTANTS, 0x4800_0000L);
        damaged.place(Section.Use.VARIABLES, 0x4c00_0000L);
        if (!hasThreadLocals) { // they would need a target
            damaged.fixUp();
        }
    }
}
