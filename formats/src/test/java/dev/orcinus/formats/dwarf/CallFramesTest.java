package dev.orcinus.formats.dwarf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.dwarf.RegisterRule.Saved;
import dev.orcinus.formats.elf.ElfImage;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Compares the rules of each instruction with those that llvm-dwarfdump tells. */
final class CallFramesTest {
    private static final long BASE = 0x7f00_0000_0000L;

    private static final List<String> X64_REGISTERS =
            List.of(
                    "RAX", "RDX", "RCX", "RBX", "RSI", "RDI", "RBP", "RSP", "R8", "R9", "R10",
                    "R11", "R12", "R13", "R14", "R15", "RIP");

    @SuppressWarnings("unused") // JUnit reads it
    private static final List<String> LIBRARIES = DwarfObjects.WITH_FRAMES;

    @ParameterizedTest
    @FieldSource("LIBRARIES")
    void everyInstructionHasItsRules(String name) throws Exception {
        ReadableMemory memory = DwarfObjects.image(DwarfObjects.bytes(name + ".so"), BASE);
        ElfImage image = ElfImage.at(memory, BASE).orElseThrow();
        assertEquals(BASE, image.bias());
        CallFrameTable table =
                CallFrameTable.at(memory, image.frameTable().orElseThrow()).orElseThrow();
        FrameDescription function = null;
        int rows = 0;
        for (String row : DwarfObjects.lines(name + ".frames")) {
            if (row.startsWith("pc=")) {
                long start = BASE + Long.parseLong(row, 3, 11, 16);
                long end = BASE + Long.parseLong(row, 14, 22, 16);
                function = table.find(start, BASE).orElseThrow();
                assertEquals(List.of(start, end - start), extent(function));
                assertEquals(List.of(start, end - start), extent(table, end - 1));
                assertTrue(table.find(end, BASE).map(f -> f.start() == end).orElse(true));
            } else if (function != null) {
                int colon = row.indexOf(':');
                long pc = BASE + Long.parseLong(row, 4, colon, 16);
                assertEquals(row.substring(colon + 2), text(function.rulesAt(pc)), row);
                rows++;
            }
        }
        assertTrue(rows > 15, "rows: " + rows);
    }

    private static List<Long> extent(FrameDescription function) {
        return List.of(function.start(), function.sizeBytes());
    }

    private static List<Long> extent(CallFrameTable table, long pc) throws Exception {
        return extent(table.find(pc, BASE).orElseThrow());
    }

    /** Returns rules as llvm-dwarfdump writes them. */
    private static String text(FrameRules rules) {
        boolean isX64 = rules.returnRegister() == 16;
        List<String> saved = new ArrayList<>();
        for (Map.Entry<Integer, RegisterRule> rule : new TreeMap<>(rules.registers()).entrySet()) {
            long offset = ((Saved) rule.getValue()).offset();
            saved.add(register(isX64, rule.getKey()) + "=[CFA" + signed(offset) + "]");
        }
        String address = "CFA=" + register(isX64, rules.address().register());
        return address
                + signed(rules.address().offset())
                + (saved.isEmpty() ? "" : ": " + String.join(", ", saved));
    }

    private static String register(boolean isX64, int number) {
        if (isX64) {
            return X64_REGISTERS.get(number);
        }
        return number == 31 ? "WSP" : "W" + number;
    }

    private static String signed(long offset) {
        return offset == 0 ? "" : offset > 0 ? "+" + offset : Long.toString(offset);
    }

    @ParameterizedTest
    @FieldSource("LIBRARIES")
    void aSearchThroughAllRecordsFindsTheSame(String name) throws Exception {
        ReadableMemory memory = DwarfObjects.image(DwarfObjects.bytes(name + ".so"), BASE);
        long header = ElfImage.at(memory, BASE).orElseThrow().frameTable().orElseThrow();
        CallFrameTable table = CallFrameTable.at(memory, header).orElseThrow();
        long frames = header + 4 + (int) memory.unsigned(header + 4, 4).orElseThrow();
        for (String row : DwarfObjects.lines(name + ".frames")) {
            if (row.startsWith("pc=")) {
                long pc = BASE + Long.parseLong(row, 3, 11, 16) + 1;
                Optional<FrameDescription> found =
                        FrameDescription.search(memory, frames, frames + 4096, pc);
                assertEquals(extent(table, pc), extent(found.orElseThrow()));
            }
        }
        assertEquals(
                Optional.empty(), FrameDescription.search(memory, frames, frames + 4096, 0x10));
    }

    @Test
    void aCallerHasTheSavedRegistersAndTheReturnAddress() throws Exception {
        Map<Integer, RegisterRule> saved = Map.of(3, new Saved(-16), 16, new Saved(-8));
        FrameRules rules = new FrameRules(new FrameRules.Address(7, 24, null), saved, 16);
        List<Long> values = new ArrayList<>();
        for (long i = 0; i < 16; i++) {
            values.add(i == 7 ? 0x5000 : 100 + i);
        }
        FrameRegisters callee = FrameRegisters.of(FrameRegisters.Processor.X86_64, 0x1234, values);
        FrameRegisters caller = rules.caller(callee, stack(0x5000)).orElseThrow();
        assertEquals(0x5010, caller.pc());
        assertEquals(OptionalLong.of(0x5018), caller.value(7));
        assertEquals(OptionalLong.of(0x5008), caller.value(3));
        assertEquals(OptionalLong.of(106), caller.value(6));
        assertEquals(Optional.empty(), rules.caller(callee, stack(0x9000)));
    }

    /** Returns four words whose values are their addresses. */
    private static ReadableMemory stack(long start) {
        return (address, target) -> {
            if (address < start || address > start + 24) {
                return false;
            }
            for (int i = 0; i < target.length; i++) {
                target[i] = (byte) (address >> (8 * i));
            }
            return true;
        };
    }

    @Test
    void aFrameWithoutReturnAddressHasNoCaller() throws Exception {
        FrameRules rules =
                new FrameRules(
                        new FrameRules.Address(31, 8, null),
                        Map.of(30, new RegisterRule.Undefined()),
                        30);
        FrameRegisters callee =
                FrameRegisters.of(
                        FrameRegisters.Processor.AARCH64,
                        0x1234,
                        java.util.Collections.nCopies(32, 0x5000L));
        assertEquals(Optional.empty(), rules.caller(callee, stack(0x5000)));
    }

    @Test
    void aSignatureInAReturnAddressIsRemoved() throws Exception {
        FrameRules rules = new FrameRules(new FrameRules.Address(31, 8, null), Map.of(), 30);
        List<Long> values = new ArrayList<>(java.util.Collections.nCopies(32, 0x5000L));
        values.set(30, 0x002a_7f12_3456_7890L);
        FrameRegisters callee = FrameRegisters.of(FrameRegisters.Processor.AARCH64, 0x1234, values);
        FrameRegisters caller = rules.caller(callee, stack(0x5000)).orElseThrow();
        assertEquals(0x7f12_3456_7890L, caller.pc());
        assertEquals(OptionalLong.of(0x5008), caller.value(31));
    }

    /** {@code DW_CFA_set_loc} has a pointer, here as the distance from its place. */
    @Test
    void aLocationMayBeRelativeToItsPlace() throws Exception {
        String cie = "14000000 00000000 017a5200 01781001 1b0c0708 90010000";
        // at 0x1018: PC Begin 0x1020 + 0x20, 0x30 bytes; at 0x102c: 0x1050 - 0x24
        String fde = "18000000 1c000000 20000000 30000000 00 0e10 01 24000000 0e20 0000";
        byte[] section = HexFormat.of().parseHex((cie + fde).replace(" ", ""));
        ReadableMemory memory =
                (address, target) -> {
                    int at = (int) (address - 0x1000);
                    boolean holds = at >= 0 && at + target.length <= section.length;
                    if (holds) {
                        System.arraycopy(section, at, target, 0, target.length);
                    }
                    return holds;
                };
        FrameDescription function =
                FrameDescription.search(memory, 0x1000, 0x1000 + section.length, 0x1040)
                        .orElseThrow();
        assertEquals(16, function.rulesAt(0x104f).address().offset());
        assertEquals(32, function.rulesAt(0x1050).address().offset());
    }
}
