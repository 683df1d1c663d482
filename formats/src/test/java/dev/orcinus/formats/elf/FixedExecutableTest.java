package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.LibraryFile.Symbol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests executables in which symbols of libraries have addresses. */
final class FixedExecutableTest {
    private static final String LIBRARY = "libc.so.6";
    private static final int ENTRY_OFFSET = 16;

    private static ElfExecutable program() {
        ElfExecutable program =
                new ElfExecutable(Elf.EM_X86_64).needs(LIBRARY).code(new byte[2 * ENTRY_OFFSET]);
        program.importFunction("dlsym");
        program.addWords(2);
        assertEquals(3, program.addEntry(symbol("puts", "GLIBC_2.2.5"), ENTRY_OFFSET));
        program.addCopy(List.of(symbol("stdout", "GLIBC_2.2.5")), 8, 8);
        program.addCopy(
                List.of(symbol("environ", "GLIBC_2.2.5"), symbol("__environ", "GLIBC_2.2.5")),
                8,
                32);
        program.addCopy(List.of(new VersionedSymbol("plain", "", "plain.so")), 3, 1);
        return program;
    }

    private static VersionedSymbol symbol(String name, String version) {
        return new VersionedSymbol(name, version, LIBRARY);
    }

    private static ElfFile read() throws MalformedFileException {
        return ElfFile.read(new FileBytes("written", MemorySegment.ofArray(program().write())));
    }

    private static SectionHeader section(ElfFile file, String name) throws MalformedFileException {
        for (SectionHeader section : file.sections()) {
            if (section.index() != 0 && file.name(section).equals(name)) {
                return section;
            }
        }
        throw new AssertionError("no section " + name);
    }

    private static Symbol find(String name) throws MalformedFileException {
        FileBytes bytes = new FileBytes("written", MemorySegment.ofArray(program().write()));
        return LibraryFile.read(bytes).orElseThrow().find(name, "").orElseThrow();
    }

    @Test
    void copiesHaveAddressesBelow2GiB() throws MalformedFileException {
        ElfFile file = read();
        assertEquals(Elf.ET_EXEC, file.header().type());
        SectionHeader copies = section(file, ".bss");
        assertEquals(0, copies.address() % 32);
        assertEquals(copies.address(), find("stdout").value());
        assertEquals(copies.address() + 32, find("environ").value());
        assertEquals(find("environ").value(), find("__environ").value());
        assertEquals(copies.address() + 40, find("plain").value());
        assertEquals(43, copies.sizeBytes());
    }

    @Test
    void aFunctionIsUndefinedWithAnAddress() throws MalformedFileException {
        ElfFile file = read();
        SymbolTable symbols = SymbolTable.dynamic(file).orElseThrow();
        assertEquals("puts", symbols.name(2));
        assertEquals(Elf.SHN_UNDEF, symbols.section(2));
        assertEquals(section(file, ".text").address() + ENTRY_OFFSET, symbols.value(2));
    }

    @Test
    void theDynamicLinkerCopiesEachVariableOnce() throws MalformedFileException {
        ElfFile file = read();
        ByteBuffer relocations =
                ByteBuffer.wrap(
                                file.content(section(file, ".rela.dyn"))
                                        .toArray(ValueLayout.JAVA_BYTE))
                        .order(ByteOrder.LITTLE_ENDIAN);
        long word = section(file, ".data").address();
        long copies = section(file, ".bss").address();
        long[][] expected = {
            {word, 1, 6},
            {word + 24, 2, 7},
            {copies, 3, 5},
            {copies + 32, 4, 5},
            {copies + 40, 6, 5}
        };
        for (long[] relocation : expected) {
            assertEquals(relocation[0], relocations.getLong());
            assertEquals(relocation[1] << 32 | relocation[2], relocations.getLong());
            assertEquals(0, relocations.getLong());
        }
        assertFalse(relocations.hasRemaining());
    }
}
