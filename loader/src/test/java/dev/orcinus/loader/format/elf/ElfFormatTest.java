package dev.orcinus.loader.format.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.elf.ElfFunctionSections;
import dev.orcinus.formats.elf.RelocatableObject;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.macho.MachOFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.input.ObjectFormats;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.RecordSectionsTracker;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ElfFormatTest {
    private static AddressRange range(long number) {
        return AddressRange.of(new ExecutorAddress(0x1000 * number), 16);
    }

    @Test
    void theFormatIsFoundByTheTarget() {
        assertInstanceOf(ElfFormat.class, ObjectFormats.of(new Triple("x86_64-pc-linux-gnu")));
        assertInstanceOf(
                MachOFormat.class, ObjectFormats.of(new Triple("arm64-apple-macosx14.0.0")));
        assertFalse(new ElfFormat().isFor(new Triple("arm64-apple-macosx14.0.0")));
        UnsupportedObjectException refusal =
                assertThrows(
                        UnsupportedObjectException.class,
                        () -> ObjectFormats.of(new Triple("x86_64-pc-windows-msvc")));
        assertEquals("x86_64-pc-windows-msvc", refusal.file());
    }

    @Test
    void theFormatIsFoundByTheFileAndTheGraphKnowsIt() {
        MemorySegment object =
                MemorySegment.ofArray(new RelocatableObject(62, new byte[] {1, 2, 3}).write());
        LinkGraph graph = ObjectFormats.of(object).orElseThrow().read("made.o", object);
        assertInstanceOf(ElfFormat.class, graph.format());
        assertEquals("x86_64", graph.architecture());
        assertTrue(ObjectFormats.of(MemorySegment.ofArray(new byte[64])).isEmpty());
    }

    @Test
    void namesOfCAreSymbolsAsTheyAre() {
        assertSame("printf", new ElfFormat().symbolOf("printf"));
    }

    /**
     * Native code runs these sections in this order when it is opened, and in reverse when it is
     * closed.
     */
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

    private static List<String> processed(List<String> names) throws DylibException {
        RecordSectionsTracker tracker = new RecordSectionsTracker();
        Map<AddressRange, String> nameOf = new HashMap<>();
        for (String name : names) {
            AddressRange range = range(nameOf.size() + 1);
            nameOf.put(range, name);
            FunctionSection.Kind kind =
                    ElfSections.kind(ElfFunctionSections.of(name).orElseThrow());
            tracker.add(new FunctionSection(kind, range));
        }
        List<String> processed = new ArrayList<>();
        tracker.processNewSections(section -> processed.add(nameOf.get(section.range())));
        return processed;
    }
}
