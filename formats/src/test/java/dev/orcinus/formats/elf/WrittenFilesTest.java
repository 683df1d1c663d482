package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that the reader finds in written files the contents that were put into them. */
final class WrittenFilesTest {
    private static final byte[] CODE = {0x31, (byte) 0xc0, (byte) 0xc3};

    private static ElfFile read(byte[] file) throws MalformedFileException {
        return ElfFile.read(new FileBytes("written", MemorySegment.ofArray(file)));
    }

    private static SectionHeader section(ElfFile file, String name) throws MalformedFileException {
        for (SectionHeader section : file.sections()) {
            if (section.index() != 0 && file.name(section).equals(name)) {
                return section;
            }
        }
        throw new AssertionError("no section " + name);
    }

    private static byte[] content(ElfFile file, String name) throws MalformedFileException {
        return file.content(section(file, name)).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Tables are looked for among all sections. */
    @Test
    void sectionZeroMustLieInTheFileIfItIsOne() throws MalformedFileException {
        byte[] object = new RelocatableObject(Elf.EM_X86_64, CODE).write();
        int first = (int) read(object).headerOffset(0);
        ByteBuffer header = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(first + 24, 1L << 40).putLong(first + SectionHeader.SH_SIZE, 24);
        assertEquals(1L << 40, read(object).sections()[0].offset(), "nobody reads it");
        header.putInt(first + 4, Elf.SHT_RELA);
        assertThrows(MalformedFileException.class, () -> read(object));
    }

    @Test
    void aRelocatableObjectHasItsCodeSymbolsAndRelocations() throws MalformedFileException {
        RelocatableObject object = new RelocatableObject(Elf.EM_AARCH64, CODE);
        object.function("f", 0, 3);
        object.object("tag", 2, 1);
        object.refer("other", 257, 0);
        ElfFile file = read(object.write());
        assertEquals(Elf.ET_REL, file.header().type());
        assertEquals(Elf.EM_AARCH64, file.header().machine());
        assertArrayEquals(CODE, content(file, ".text"));
        SymbolTable symbols = SymbolTable.of(file).orElseThrow();
        int text = section(file, ".text").index();
        assertEquals(
                List.of(
                        List.of("f", Elf.STT_FUNC, text, 0L, 3L),
                        List.of("tag", Elf.STT_OBJECT, text, 2L, 1L),
                        List.of("other", Elf.STT_NOTYPE, Elf.SHN_UNDEF, 0L, 0L)),
                facts(symbols));
        RelocationTable relocations = RelocationTable.of(file, section(file, ".rela.text"));
        assertEquals(1, relocations.count());
        assertTrue(relocations.hasAddends());
        assertEquals(0, relocations.offset(0));
        assertEquals(257, relocations.type(0));
        assertEquals("other", symbols.name(relocations.symbol(0)));
        assertEquals(List.of("f", "tag"), object.defined());
    }

    private static List<List<Object>> facts(SymbolTable symbols) throws MalformedFileException {
        List<List<Object>> facts = new ArrayList<>();
        for (int i = 1; i < symbols.count(); i++) {
            assertEquals(Elf.STB_GLOBAL, symbols.binding(i));
            facts.add(
                    List.of(
                            symbols.name(i),
                            symbols.type(i),
                            symbols.section(i),
                            symbols.value(i),
                            symbols.sizeBytes(i)));
        }
        return facts;
    }

    /** Returns the values of the entries of the dynamic table that have a tag. */
    private static List<Long> entries(ElfFile file, int tag) throws MalformedFileException {
        ByteBuffer table =
                ByteBuffer.wrap(content(file, ".dynamic")).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> values = new ArrayList<>();
        while (table.hasRemaining()) {
            boolean isMeant = table.getLong() == tag;
            long value = table.getLong();
            if (isMeant) {
                values.add(value);
            }
        }
        return values;
    }

    @Test
    void aSharedObjectNamesTheFunctionThatRunsFirst() throws MalformedFileException {
        SharedObject object = new SharedObject(Elf.EM_X86_64, "lib.so").data(new byte[8]);
        assertEquals(List.of(), entries(read(object.write()), Elf.DT_PREINIT_ARRAY));
        byte[] bytes = object.runFirst(0x7000_1234L).write();
        ElfFile file = read(bytes);
        int table = entries(file, Elf.DT_PREINIT_ARRAY).getFirst().intValue(); // its place, too
        assertEquals(List.of(8L), entries(file, Elf.DT_PREINIT_ARRAYSZ));
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0x7000_1234L, content.getLong(table));
    }

    @Test
    void aLibraryNamesWhatItNeeds() throws MalformedFileException {
        byte[] file = new SharedObject(Elf.EM_X86_64, "lib.so").needs("a.so").needs("b.so").write();
        LibraryFile library =
                LibraryFile.read(new FileBytes("lib", MemorySegment.ofArray(file))).orElseThrow();
        assertEquals(List.of("a.so", "b.so"), library.needed());
        assertEquals(List.of(), library.searchPaths());
    }

    @Test
    void aSharedObjectsDataLieInFrontOfItsCode() throws MalformedFileException {
        SharedObject object =
                new SharedObject(Elf.EM_X86_64, "libmade.so").code(CODE).data(new byte[24]);
        object.exportCode("f", 0, 3);
        object.exportData("words", 8, 16);
        object.relocate(16, 1, object.importFunction("malloc"), 5);
        ElfFile file = read(object.needs("libc.so.6").write());
        SectionHeader text = section(file, ".text");
        SectionHeader data = section(file, ".data");
        assertEquals(data.address() - text.address(), object.dataFromCode());
        assertArrayEquals(CODE, content(file, ".text"));
        assertEquals(24, data.sizeBytes());
        assertEquals(0, text.address() % text.alignmentBytes());
        String strings = new String(content(file, ".dynstr"), StandardCharsets.UTF_8);
        for (String name : List.of("libmade.so", "f", "words", "malloc", "libc.so.6")) {
            assertTrue(strings.contains("\0" + name + "\0"), name);
        }
    }

    @Test
    void whatIsImportedIsInNoHashChain() throws MalformedFileException {
        SharedObject object = new SharedObject(Elf.EM_X86_64, "lib.so").data(new byte[8]);
        object.importThreadLocal("imported");
        object.exportData("first", 0, 8);
        object.exportData("second", 0, 8);
        ElfFile file = read(object.write());
        int[] hash = new int[7];
        ByteBuffer.wrap(content(file, ".hash"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(hash);
        assertArrayEquals(new int[] {1, 4, 2, 0, 0, 3, 0}, hash);
    }

    @Test
    void aFileThatEndsEarlyIsMalformed() throws MalformedFileException {
        byte[] file = new RelocatableObject(Elf.EM_X86_64, CODE).write();
        read(file);
        for (int length = 0; length < file.length; length++) {
            byte[] part = Arrays.copyOf(file, length);
            MalformedFileException error =
                    assertThrows(MalformedFileException.class, () -> read(part));
            assertEquals("written", error.file());
            assertEquals(
                    "written+0x" + Long.toHexString(error.offset()) + ": " + error.problem(),
                    error.getMessage());
        }
    }

    @Test
    void otherClassesAreTold() throws MalformedFileException {
        byte[] file = new RelocatableObject(Elf.EM_X86_64, CODE).write();
        file[4] = 1;
        FileBytes bytes = new FileBytes("small", MemorySegment.ofArray(file));
        assertEquals(new ElfIdent(1, 1, 1), ElfIdent.read(bytes));
        assertThrows(MalformedFileException.class, () -> ElfFile.read(bytes));
    }
}
