package dev.orcinus.platform.linux;

import static dev.orcinus.runtime.dylib.FunctionSection.When.FINALIZE;
import static dev.orcinus.runtime.dylib.FunctionSection.When.INITIALIZE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.ObjectFormatRuntime;
import dev.orcinus.runtime.dylib.RecordSectionsTracker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ElfRuntimeTest {
    private final ObjectFormatRuntime elf = new ElfRuntime();

    private static AddressRange range(long number) {
        return AddressRange.of(new ExecutorAddress(0x1000 * number), 16);
    }

    private FunctionSection section(String name) {
        return elf.classify(name, range(1)).orElseThrow();
    }

    private static FunctionSection section(FunctionSection.When when, int rank, boolean lastFirst) {
        return new FunctionSection(new FunctionSection.Kind(when, rank, lastFirst), range(1));
    }

    @Test
    void theServiceIsFoundByTheTarget() {
        assertInstanceOf(
                ElfRuntime.class, ObjectFormatRuntime.of(new Triple("x86_64-pc-linux-gnu")));
        assertFalse(elf.supports(new Triple("arm64-apple-macosx14.0.0")));
    }

    @Test
    void sectionsRunInTheDirectionOfTheirKind() {
        assertEquals(section(INITIALIZE, 65_536, false), section(".init_array"));
        assertEquals(section(INITIALIZE, 65_536, true), section(".ctors"));
        assertEquals(section(FINALIZE, 65_536, true), section(".fini_array"));
        assertEquals(section(FINALIZE, 65_536, false), section(".dtors"));
        assertEquals(section(INITIALIZE, -1, false), section(".preinit_array"));
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
            assertEquals(Optional.empty(), elf.classify(name, range(1)), name);
        }
    }

    /** What natively linked code does, on opening and, in reverse, on closing. */
    @Test
    void theOrderIsThatOfANativeProgram() throws DylibException {
        List<String> opening =
                List.of(
                        ".preinit_array",
                        ".init_array.5",
                        ".ctors.65529",
                        ".init_array.101",
                        ".ctors.65000",
                        ".init_array",
                        ".ctors");
        List<String> mixed =
                List.of(
                        ".init_array",
                        ".ctors",
                        ".ctors.65000",
                        ".init_array.101",
                        ".preinit_array",
                        ".ctors.65529",
                        ".init_array.5");
        assertEquals(opening, processed(mixed));
        assertEquals(
                List.of(".fini_array.101", ".fini_array.200", ".fini_array"),
                processed(List.of(".fini_array", ".fini_array.200", ".fini_array.101")),
                "closing runs these in reverse");
    }

    private List<String> processed(List<String> names) throws DylibException {
        RecordSectionsTracker tracker = new RecordSectionsTracker();
        Map<AddressRange, String> nameOf = new HashMap<>();
        for (String name : names) {
            AddressRange range = range(nameOf.size() + 1);
            nameOf.put(range, name);
            tracker.add(elf.classify(name, range).orElseThrow());
        }
        List<String> processed = new ArrayList<>();
        tracker.processNewSections(section -> processed.add(nameOf.get(section.range())));
        return processed;
    }
}
