package dev.orcinus.formats.elf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.CallFrameRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of the executables that are written. */
final class ElfExecutableTest {
    private static final byte[] CODE = {0x31, (byte) 0xc0, (byte) 0xc3};
    private static final int E_ENTRY = 24;

    private static ElfExecutable program() {
        ElfExecutable program = new ElfExecutable(Elf.EM_X86_64).needs("libc.so.6").code(CODE);
        assertEquals(0, program.importFunction("dlsym"));
        assertEquals(1, program.addWords(2));
        return program.label("first", 0);
    }

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

    @Test
    void itStartsAtItsFirstInstruction() throws MalformedFileException {
        byte[] bytes = program().write();
        ElfFile file = read(bytes);
        SectionHeader text = section(file, ".text");
        long entry = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(E_ENTRY);
        assertEquals(text.address(), entry);
        assertArrayEquals(CODE, content(file, ".text"));
        assertEquals(Elf.ET_DYN, file.header().type());
    }

    @Test
    void theDynamicLinkerFillsTheFirstWords() throws MalformedFileException {
        ElfExecutable program = program();
        ElfFile file = read(program.write());
        long words = section(file, ".data").address();
        assertEquals(words - section(file, ".text").address(), program.wordsFromCode());
        assertEquals(3 * Long.BYTES, section(file, ".data").sizeBytes());
        ByteBuffer relocation =
                ByteBuffer.wrap(content(file, ".rela.dyn")).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(words, relocation.getLong(0));
        assertEquals(1L << 32 | 6, relocation.getLong(8)); // symbol 1, R_X86_64_GLOB_DAT
        assertEquals(24, relocation.capacity());
    }

    @Test
    void theDynamicLinkerIsToldWhatRunsBeforeAllInitializers() throws MalformedFileException {
        ElfExecutable program = program();
        program.runFirst(2);
        ElfFile file = read(program.write());
        long word = section(file, ".data").address() + 3 * Long.BYTES;
        ByteBuffer dynamic =
                ByteBuffer.wrap(content(file, ".dynamic")).order(ByteOrder.LITTLE_ENDIAN);
        Map<Long, Long> entries = new HashMap<>();
        while (dynamic.hasRemaining()) {
            entries.put(dynamic.getLong(), dynamic.getLong());
        }
        assertEquals(word, entries.get((long) Elf.DT_PREINIT_ARRAY));
        assertEquals(8, entries.get((long) Elf.DT_PREINIT_ARRAYSZ));
        assertEquals(0, entries.get(0L));
        ByteBuffer relocation =
                ByteBuffer.wrap(content(file, ".rela.dyn")).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(word, relocation.getLong(24));
        assertEquals(8, relocation.getLong(32)); // R_X86_64_RELATIVE
        assertEquals(section(file, ".text").address() + 2, relocation.getLong(40));
        assertEquals(48, relocation.capacity());
    }

    @Test
    void librariesAndInterpreterAreNamed() throws MalformedFileException {
        ElfFile file = read(program().write());
        assertEquals("/lib64/ld-linux-x86-64.so.2\0", new String(content(file, ".interp"), UTF_8));
        String names = new String(content(file, ".dynstr"), UTF_8);
        assertTrue(names.contains("\0dlsym\0") && names.contains("\0libc.so.6\0"), names);
    }

    /** The thread pointer of x86-64 stands at the end of its part. */
    @Test
    void threadLocalsMayBeAlignedToMore() throws MalformedFileException {
        assertEquals(List.of(8L, 8L), threadLocals(program().write()));
        ElfExecutable aligned = program();
        aligned.alignThreadLocals(4096);
        assertEquals(List.of(4096L, 4096L), threadLocals(aligned.write()));
    }

    /** Returns the size of PT_TLS in memory, and its alignment. */
    private static List<Long> threadLocals(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = ElfHeader.BYTES; ; at += ProgramHeader.BYTES) {
            if (in.getInt(at) == Elf.PT_TLS) {
                assertEquals(0, in.getLong(at + 32), "bytes in the file");
                return List.of(in.getLong(at + 40), in.getLong(at + 48));
            }
        }
    }

    /** The first entry's code starts at a place relative to its own field. */
    @Test
    void theUnwindTableCoversTheCode() throws MalformedFileException {
        ElfFile file = read(program().write());
        SectionHeader frame = section(file, ".end_of_stack");
        ByteBuffer table =
                ByteBuffer.wrap(content(file, ".end_of_stack")).order(ByteOrder.LITTLE_ENDIAN);
        long field = frame.address() + 32;
        assertEquals(section(file, ".text").address(), field + table.getInt(32));
        assertEquals(CODE.length, table.getInt(36));
        assertEquals(0, table.getInt(44), "the end of the table");
        ByteBuffer header =
                ByteBuffer.wrap(content(file, ".eh_frame_hdr")).order(ByteOrder.LITTLE_ENDIAN);
        long pointer = section(file, ".eh_frame_hdr").address() + 4;
        assertEquals(frame.address(), pointer + header.getInt(4));
    }

    @Test
    void framesAreForDebuggersOnly() throws MalformedFileException {
        CallFrameRows rows = new CallFrameRows().frame(7, 16).saved(16, 8);
        ElfFile file = read(program().frame(1, CODE.length, rows).write());
        SectionHeader frames = section(file, ".debug_frame");
        assertEquals(0, frames.flags());
        ByteBuffer table =
                ByteBuffer.wrap(content(file, ".debug_frame")).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(12, table.getInt(0));
        assertEquals(-1, table.getInt(4), "the common entry's mark");
        assertEquals(16, table.get(12), "the return address");
        assertEquals(0, table.getInt(20), "the place of the common entry");
        assertEquals(section(file, ".text").address() + 1, table.getLong(24));
        assertEquals(CODE.length - 1, table.getLong(32));
        byte[] instructions = new byte[5];
        table.get(40, instructions);
        assertArrayEquals(new byte[] {0x0c, 7, 16, (byte) 0x90, 1}, instructions);
    }
}
