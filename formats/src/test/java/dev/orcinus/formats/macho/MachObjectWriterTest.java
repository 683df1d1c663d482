package dev.orcinus.formats.macho;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reader finds in a written object what was put into it. */
final class MachObjectWriterTest {
    private static final byte[] CODE = new byte[21];

    static {
        CODE[3] = (byte) 0xc3;
    }

    private static MachObjectWriter writer(int cpuType) {
        MachObjectWriter writer = new MachObjectWriter(cpuType, 13, "_start", CODE);
        writer.define("_f", 3);
        writer.define("_g", 16);
        writer.refer("_h", 8);
        return writer;
    }

    private static MachFile read(MachObjectWriter writer) throws MalformedFileException {
        return MachFile.read(new FileBytes("made.o", MemorySegment.ofArray(writer.write())));
    }

    @Test
    void codeAndVersionAreReadBack() throws MalformedFileException {
        MachFile file = read(writer(MachO.CPU_TYPE_ARM64));
        assertEquals("aarch64", file.header().processor());
        assertEquals(MachO.MH_OBJECT, file.header().fileType());
        assertEquals("macOS 13.0", file.version().orElseThrow().text());
        MachSection text = file.sections().getFirst();
        assertEquals("__TEXT,__text", text.fullName());
        assertEquals(16, text.alignmentBytes());
        assertArrayEquals(CODE, file.content(text).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void symbolsAreFurtherEntriesOfTheStart() throws MalformedFileException {
        MachObjectWriter writer = writer(MachO.CPU_TYPE_X86_64);
        assertEquals(List.of("_f", "_g"), writer.defined());
        int external = MachO.N_SECT | MachO.N_EXT;
        assertEquals(
                List.of(
                        new MachSymbol(0, "_start", MachO.N_SECT, 1, 0, 0),
                        new MachSymbol(1, "_f", external, 1, MachO.N_ALT_ENTRY, 3),
                        new MachSymbol(2, "_g", external, 1, MachO.N_ALT_ENTRY, 16),
                        new MachSymbol(3, "_h", MachO.N_UNDF | MachO.N_EXT, 0, 0, 0)),
                read(writer).symbols().symbols());
    }

    @Test
    void aReferenceIsA64BitAddress() throws MalformedFileException {
        MachFile file = read(writer(MachO.CPU_TYPE_X86_64));
        MachRelocation relocation = file.relocations(file.sections().getFirst()).getFirst();
        assertEquals(8, relocation.offset());
        assertEquals(3, relocation.number());
        assertEquals(8, relocation.sizeBytes());
        assertEquals(0, relocation.type());
        assertEquals(
                List.of(true, false), List.of(relocation.isExternal(), relocation.isRelative()));
    }

    @Test
    void definitionsComeFirst() {
        MachObjectWriter writer = writer(MachO.CPU_TYPE_X86_64);
        assertThrows(IllegalStateException.class, () -> writer.define("_late", 0));
    }
}
