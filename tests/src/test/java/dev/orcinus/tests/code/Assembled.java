package dev.orcinus.tests.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.RelocationTable;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.formats.elf.SymbolTable;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The output of an assembler or compiler.
 *
 * @param code the bytes of the section of code, in hex
 * @param references its relocations, in the tool's order
 */
record Assembled(String code, List<Reference> references) {
    /**
     * A relocation.
     *
     * @param offset its offset in the code
     * @param type the processor's number
     * @param symbol the symbol that it refers to
     */
    record Reference(long offset, int type, String symbol) {}

    /** Runs a tool that writes an object, and reads it. */
    static Assembled by(Path folder, List<String> command, Path object)
            throws IOException, InterruptedException, MalformedFileException {
        Files.deleteIfExists(object);
        try (Program tool = Program.start(folder, command)) {
            Finished finished = tool.finish();
            assertEquals(0, finished.status(), finished::toString);
        }
        MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(object));
        return read(ElfFile.read(new FileBytes(object.toString(), bytes)));
    }

    private static Assembled read(ElfFile file) throws MalformedFileException {
        SectionHeader text = null;
        List<Reference> references = new ArrayList<>();
        for (SectionHeader section : file.sections()) {
            if (text == null && section.has(Elf.SHF_EXECINSTR)) {
                text = section;
            }
            if (text != null && RelocationTable.isOne(section) && section.info() == text.index()) {
                references.addAll(references(file, RelocationTable.of(file, section)));
            }
        }
        byte[] code = file.content(text).toArray(ValueLayout.JAVA_BYTE);
        return new Assembled(hex(code), references);
    }

    private static List<Reference> references(ElfFile file, RelocationTable table)
            throws MalformedFileException {
        SymbolTable symbols = SymbolTable.of(file).orElseThrow();
        List<Reference> references = new ArrayList<>();
        for (int i = 0; i < table.count(); i++) {
            String symbol = symbols.name(table.symbol(i));
            references.add(new Reference(table.offset(i), table.type(i), symbol));
        }
        return references;
    }

    /** Returns bytes in hex, sixteen in a line. */
    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i += 16) {
            int end = Math.min(bytes.length, i + 16);
            text.append(HexFormat.ofDelimiter(" ").formatHex(bytes, i, end)).append('\n');
        }
        return text.toString();
    }
}
