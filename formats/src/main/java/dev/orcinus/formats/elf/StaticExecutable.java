package dev.orcinus.formats.elf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.orcinus.formats.elf.ElfWriter.Kind;
import dev.orcinus.formats.elf.ElfWriter.Room;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds an ELF executable without a dynamic linker: code and constants in one segment at a fixed
 * address, which can be read and executed, a build id, and symbols for debuggers. Source: the ELF
 * gABI, "Program Loading and Dynamic Linking"; {@code NT_GNU_BUILD_ID} of {@code <elf.h>}. One
 * thread at a time may use it.
 */
public final class StaticExecutable {
    /** The address of the file's first byte. */
    private static final int BASE = 0x1000_0000;

    private static final int PAGE_BYTES = 0x10000;
    private static final int SEGMENTS = 3;
    private static final int ALIGNMENT_BYTES = 16;
    private static final int NOTE_ALIGNMENT_BYTES = 4;
    private static final int WORD_BYTES = 8;
    private static final int NT_GNU_BUILD_ID = 3;
    private static final byte[] NOTE_NAME = "GNU\0".getBytes(US_ASCII);

    /** The places of sections in the table of section headers. */
    private static final int TEXT = 2;

    private static final int STRTAB = 5;

    private final ElfWriter file;
    private final byte[] note;
    private final Room noteRoom;
    private final Room codeRoom;
    private final Map<String, Integer> labels = new LinkedHashMap<>();

    /**
     * An executable without code.
     *
     * @param machine {@link Elf#EM_X86_64} or {@link Elf#EM_AARCH64}
     * @param buildId identifies what it was built from
     * @param codeBytes the length of its code
     */
    public StaticExecutable(int machine, byte[] buildId, int codeBytes) {
        file = new ElfWriter(Elf.ET_EXEC, machine, SEGMENTS);
        note = note(buildId);
        noteRoom = file.room(note.length, NOTE_ALIGNMENT_BYTES);
        codeRoom = file.room(codeBytes, ALIGNMENT_BYTES);
    }

    private static byte[] note(byte[] buildId) {
        return ByteBuffer.allocate(3 * Integer.BYTES + NOTE_NAME.length + buildId.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(NOTE_NAME.length)
                .putInt(buildId.length)
                .putInt(NT_GNU_BUILD_ID)
                .put(NOTE_NAME)
                .put(buildId)
                .array();
    }

    /** Returns the address of the first byte of the constants, which lie behind the code. */
    public int constantsAddress() {
        return BASE + codeRoom.end();
    }

    /** Names a place in the code for debuggers. */
    public StaticExecutable label(String name, int offset) {
        labels.put(name, offset);
        return this;
    }

    /** Returns the bytes of its file. The program starts at the first byte of the code. */
    public byte[] write(byte[] code, byte[] constants) {
        Room constantsRoom = file.room(constants.length, 1);
        segment(Elf.PT_LOAD, Elf.PF_R | Elf.PF_X, new Room(0, constantsRoom.end(), PAGE_BYTES));
        segment(Elf.PT_NOTE, Elf.PF_R, noteRoom);
        file.segment(
                new ProgramHeader(
                        Elf.PT_GNU_STACK, Elf.PF_R | Elf.PF_W, 0, 0, 0, 0, ALIGNMENT_BYTES));
        long loaded = Elf.SHF_ALLOC;
        section(new Kind(".note.gnu.build-id", Elf.SHT_NOTE, loaded), noteRoom, note);
        section(new Kind(".text", Elf.SHT_PROGBITS, loaded | Elf.SHF_EXECINSTR), codeRoom, code);
        section(new Kind(".rodata", Elf.SHT_PROGBITS, loaded), constantsRoom, constants);
        addLabels();
        file.entry(BASE + codeRoom.offset());
        return file.write();
    }

    private void segment(int type, int flags, Room room) {
        file.segment(
                new ProgramHeader(
                        type,
                        flags,
                        room.offset(),
                        BASE + room.offset(),
                        room.sizeBytes(),
                        room.sizeBytes(),
                        room.alignmentBytes()));
    }

    private void section(Kind kind, Room room, byte[] content) {
        file.section(kind, room, BASE + room.offset());
        file.put(room, content);
    }

    private void addLabels() {
        StringTable names = new StringTable();
        ByteBuffer table =
                ByteBuffer.allocate((labels.size() + 1) * ElfSymbol.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(ElfSymbol.BYTES);
        labels.forEach(
                (name, offset) -> {
                    long address = (long) BASE + codeRoom.offset() + offset;
                    new ElfSymbol(names.add(name), Elf.STT_FUNC, TEXT, address, 0).write(table);
                });
        Kind symbols = new Kind(".symtab", Elf.SHT_SYMTAB, 0, STRTAB, 1, ElfSymbol.BYTES);
        file.section(symbols, table.array(), WORD_BYTES);
        file.section(new Kind(".strtab", Elf.SHT_STRTAB, 0), names.bytes(), 1);
    }
}
