package dev.orcinus.loader.badinput;

import static dev.orcinus.loader.badinput.ElfWriter.ALLOC;
import static dev.orcinus.loader.badinput.ElfWriter.EXEC;
import static dev.orcinus.loader.badinput.ElfWriter.SHT_PROGBITS;
import static dev.orcinus.loader.badinput.ElfWriter.WRITE;
import static dev.orcinus.loader.badinput.ElfWriter.words;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that are large or claim to be large take bounded time and memory. */
@Timeout(60)
final class LargeInputTest {
    private static final int SECTIONS = 70_000;
    private static final int R_X86_64_64 = 1;
    private static final int R_X86_64_PC32 = 2;

    private final RehearsalTarget target =
            new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NEAR);

    private LinkSession session;
    private Dylib dylib;

    private void link(byte[] object) {
        session = new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
        dylib = session.createDylib("dylib");
        session.addSource(dylib, names -> target.find(ExecutorAddress.NULL, names));
        session.add(dylib, () -> ObjectReader.read("large.o", MemorySegment.ofArray(object)));
        session.linkAll(dylib);
    }

    private String refusal(ElfWriter object) {
        String message =
                assertThrows(LinkException.class, () -> link(object.toBytes())).getMessage();
        assertTrue(message.startsWith("large.o"), message);
        assertEquals(0, target.allocationCount());
        return message;
    }

    private static byte[] rela(long offset, int symbol, int number) {
        return words(24).putLong(offset).putInt(number).putInt(symbol).putLong(0).array();
    }

    @Test
    void moreSectionsThanAHeaderCanCount() {
        ElfWriter object = new ElfWriter();
        int text = object.name(".text");
        byte[] last = {};
        for (int i = 0; i < SECTIONS; i++) {
            byte[] code = words(8).putLong(i).array();
            int section = object.section(text, SHT_PROGBITS, ALLOC | EXEC, code, 1);
            int symbol = object.symbol(object.name("f" + i), section, 0);
            if (i == SECTIONS - 2) {
                last = rela(0, symbol, R_X86_64_64);
            } else if (i == SECTIONS - 1) {
                object.relocations(object.name(".rela"), section, last, 24);
            }
        }
        link(object.toBytes());
        String before = "f" + (SECTIONS - 2);
        String self = "f" + (SECTIONS - 1);
        var found = session.lookup(dylib, List.of(before, self));
        byte[] number = words(8).putLong(SECTIONS - 2).array();
        assertArrayEquals(number, target.bytes(found.get(before), 8));
        byte[] address = words(8).putLong(found.get(before).value()).array();
        assertArrayEquals(address, target.bytes(found.get(self), 8));
    }

    @Test
    void aGlobalSymbolHasAName() {
        ElfWriter object = new ElfWriter();
        byte[] data = new byte[8];
        int section = object.section(object.name(".data"), SHT_PROGBITS, ALLOC | WRITE, data, 8);
        object.symbol(object.name("x"), section, 0);
        object.symbol(0, section, 0);
        String message = refusal(object);
        assertTrue(message.contains("symbol 2") && message.contains("is global"), message);
    }

    @Test
    void relocationsWithoutAddendsTakeThemFromTheContent() {
        ElfWriter object = new ElfWriter();
        byte[] data = words(8).putLong(0x1234).array();
        int section = object.section(object.name(".data"), SHT_PROGBITS, ALLOC | WRITE, data, 8);
        int symbol = object.symbol(object.name("x"), section, 0);
        byte[] rel = words(16).putLong(0).putInt(R_X86_64_64).putInt(symbol).array();
        object.relocations(object.name(".rel.data"), section, rel, 16);
        link(object.toBytes());
        ExecutorAddress x = session.lookup(dylib, List.of("x")).get("x");
        assertArrayEquals(words(8).putLong(x.value() + 0x1234).array(), target.bytes(x, 8));
    }

    @Test
    void relocationsOfZerosAreRefused() {
        ElfWriter object = new ElfWriter();
        int bss = object.zeros(object.name(".bss"), ALLOC | WRITE, 1L << 31, 1);
        int symbol = object.symbol(object.name("x"), bss, 0);
        byte[] rela = rela(1L << 30, symbol, R_X86_64_64);
        object.relocations(object.name(".rela.bss"), bss, rela, 24);
        String message = refusal(object);
        assertTrue(message.contains(".bss+0x40000000 leaves"), message);
    }

    @Test
    void moreZerosThanThereIsRoomForAreRefused() {
        ElfWriter object = new ElfWriter();
        for (int i = 0; i < 200; i++) {
            int bss = object.zeros(object.name(".bss" + i), ALLOC | WRITE, 1L << 40, 1);
            object.symbol(object.name("x" + i), bss, 0);
        }
        String message = refusal(object);
        assertTrue(message.contains("no room for 0xc80000000000 bytes"), message);
    }

    @Test
    void zerosBetweenContentsCostNoMemory() {
        ElfWriter object = new ElfWriter();
        int name = object.name(".data");
        int zeros = object.zeros(name, ALLOC | WRITE, 200 << 20, 1);
        object.symbol(object.name("x"), zeros, 0);
        int data = object.section(name, SHT_PROGBITS, ALLOC | WRITE, new byte[1], 1);
        object.symbol(object.name("y"), data, 0);
        String message = refusal(object);
        assertTrue(message.contains("need 0xc800000 bytes"), message);
    }

    @Test
    void alignmentCostsNoMemory() {
        ElfWriter object = new ElfWriter();
        int name = object.name(".data");
        for (int i = 0; i < 2; i++) {
            int data = object.section(name, SHT_PROGBITS, ALLOC | WRITE, new byte[1], 128 << 20);
            object.symbol(object.name("x" + i), data, 0);
        }
        String message = refusal(object);
        assertTrue(message.contains("bytes of padding and zeros"), message);
    }

    @Test
    void alignmentsThatAddUpAreRefused() {
        ElfWriter object = new ElfWriter();
        for (int i = 0; i < 2 * SECTIONS; i++) {
            int name = object.name(".bss" + i);
            object.symbol(object.name("x" + i), object.zeros(name, ALLOC, 1, 1 << 30), 0);
        }
        String message = refusal(object);
        assertTrue(message.contains("no room for"), message);
    }

    @Test
    void namesThatShareTheirEndsTakeNoQuadraticTime() {
        ElfWriter object = new ElfWriter();
        int length = 400_000;
        int name = object.name("x".repeat(length));
        int data = object.section(name, SHT_PROGBITS, ALLOC, new byte[1], 1);
        for (int i = 0; i < length; i++) {
            object.symbol(name + i, data, 0);
        }
        assertTrue(refusal(object).contains("the names take more than 16 times"));
    }

    @Test
    void manyCallFrameSectionsTakeNoQuadraticTime() {
        ElfWriter object = new ElfWriter();
        int name = object.name(".eh_frame");
        byte[] cie = {16, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0, 0, 0};
        for (int i = 0; i < SECTIONS; i++) {
            int frames = object.section(name, SHT_PROGBITS, ALLOC, cie, 1);
            object.symbol(object.name("x" + i), frames, 4);
        }
        link(object.toBytes());
        var found = session.lookup(dylib, List.of("x0", "x9"));
        assertEquals(9 * 20, found.get("x9").minus(found.get("x0")));
    }

    @Test
    void functionDescriptionsThatPointNowhereAreRefused() {
        ElfWriter object = new ElfWriter();
        int text = object.section(object.name(".text"), SHT_PROGBITS, ALLOC | EXEC, new byte[8], 1);
        int function = object.symbol(object.name("f"), text, 0);
        byte[] fde = new byte[24];
        Arrays.fill(fde, (byte) 1);
        words(8).putInt(20).putInt(0x7fff_ffff).flip().get(fde, 0, 8);
        int frames = object.section(object.name(".eh_frame"), SHT_PROGBITS, ALLOC, fde, 1);
        byte[] rela = rela(8, function, R_X86_64_PC32);
        object.relocations(object.name(".rela.eh_frame"), frames, rela, 24);
        String message = refusal(object);
        assertTrue(message.contains("+0x0: .eh_frame has an FDE whose CIE is not"), message);
    }

    @Test
    void aCieThatUnwindersWouldAbortOverIsRefused() {
        ElfWriter object = new ElfWriter();
        byte[] cie = {16, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x75, 0, 0, 0};
        object.section(object.name(".eh_frame"), SHT_PROGBITS, ALLOC, cie, 1);
        String message = refusal(object);
        assertTrue(message.contains("has a CIE with pointers encoded as 0x75"), message);
    }
}
