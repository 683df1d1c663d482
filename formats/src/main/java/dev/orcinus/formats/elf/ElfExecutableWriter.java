package dev.orcinus.formats.elf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.orcinus.formats.elf.ElfWriter.Kind;
import dev.orcinus.formats.elf.ElfWriter.Room;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layout of an {@link ElfExecutable}: a segment with headers and tables that is only read, one
 * with code, and one with the words and the dynamic table. Each starts a page further than its
 * place in the file.
 */
final class ElfExecutableWriter {
    /** The largest size of a page. */
    private static final int PAGE_BYTES = 0x10000;

    private static final int CODE_SHIFT = PAGE_BYTES;
    private static final int WORDS_SHIFT = 2 * PAGE_BYTES;
    private static final int MOST_SEGMENTS = 9;
    private static final int MOST_ENTRIES = 14;
    private static final int RUN_FIRST_ENTRIES = 2;
    private static final int DYNAMIC_BYTES = 16;
    private static final int WORD_BYTES = 8;
    private static final int CODE_ALIGNMENT_BYTES = 16;
    private static final int COPIES_ALIGNMENT_BYTES = 64;

    /** The places of sections in the table of section headers. */
    private static final int DYNSYM = 2;

    private static final int DYNSTR = 3;
    private static final int TEXT = 7;
    private static final int STRTAB = 11;
    private static final int BSS = 12;

    private final ElfExecutable program;
    private final ElfWriter file;
    private final StringTable strings = new StringTable();
    private final DynamicSymbols dynamicSymbols;
    private final long base;
    private final List<Integer> neededNames = new ArrayList<>();
    private final byte[] interpreterPath;
    private final Room interpreter;
    private final Room symbols;
    private final Room stringsRoom;
    private final Room hash;
    private final Room versions;
    private final Room versionNeeds;
    private final Room relocations;
    private final Room frameHeader;
    private final Room frame;
    private final Room code;
    private final Room words;
    private final Room dynamic;

    /** Lays a program out. */
    ElfExecutableWriter(ElfExecutable program) {
        this.program = program;
        boolean isFixed = program.isFixed();
        base = isFixed ? ElfExecutable.FIXED_ADDRESS : 0;
        file = new ElfWriter(isFixed ? Elf.ET_EXEC : Elf.ET_DYN, program.machine(), MOST_SEGMENTS);
        dynamicSymbols = new DynamicSymbols(program, strings);
        program.needed().forEach(library -> neededNames.add(strings.add(library)));
        interpreterPath = (interpreterPath(program.machine()) + '\0').getBytes(US_ASCII);
        interpreter = file.room(interpreterPath.length, 1);
        symbols = file.room(dynamicSymbols.count() * ElfSymbol.BYTES, WORD_BYTES);
        stringsRoom = file.room(strings.sizeBytes(), 1);
        hash = file.room(isFixed ? dynamicSymbols.hashBytes() : 0, WORD_BYTES);
        versions = file.room(isFixed ? dynamicSymbols.versionBytes() : 0, WORD_BYTES);
        versionNeeds = file.room(dynamicSymbols.versions().sizeBytes(), WORD_BYTES);
        int relocationCount =
                program.imports().size()
                        + program.entries().size()
                        + program.copies().size()
                        + (program.hasRunFirst() ? 1 : 0);
        relocations = file.room(relocationCount * ElfRelocation.BYTES, WORD_BYTES);
        frameHeader = file.room(EndOfStack.HEADER_BYTES, WORD_BYTES);
        frame = file.room(EndOfStack.FRAME_BYTES, WORD_BYTES);
        code = file.room(program.code().length, CODE_ALIGNMENT_BYTES);
        words = file.room(program.wordCount() * WORD_BYTES, CODE_ALIGNMENT_BYTES);
        int entries = MOST_ENTRIES + (program.hasRunFirst() ? RUN_FIRST_ENTRIES : 0);
        dynamic = file.room((entries + neededNames.size()) * DYNAMIC_BYTES, WORD_BYTES);
    }

    private static String interpreterPath(int machine) {
        return machine == Elf.EM_X86_64
                ? "/lib64/ld-linux-x86-64.so.2"
                : "/lib/ld-linux-aarch64.so.1";
    }

    int wordsFromCode() {
        return (int) (wordsAddress() - codeAddress());
    }

    private long codeAddress() {
        return base + code.offset() + CODE_SHIFT;
    }

    private long wordsAddress() {
        return base + words.offset() + WORDS_SHIFT;
    }

    /** Returns the address behind the last byte of the file that is loaded with the words. */
    private long copiesAddress() {
        long end = base + dynamic.end() + WORDS_SHIFT;
        return end + COPIES_ALIGNMENT_BYTES - 1 & -COPIES_ALIGNMENT_BYTES;
    }

    byte[] write() {
        addSegments();
        addSections();
        file.put(interpreter, interpreterPath);
        file.put(symbols, dynamicSymbols.table(codeAddress(), copiesAddress(), BSS));
        file.put(stringsRoom, strings.bytes());
        if (program.isFixed()) {
            file.put(hash, dynamicSymbols.hashTable());
            file.put(versions, dynamicSymbols.versionTable());
            file.put(versionNeeds, dynamicSymbols.versions().bytes());
        }
        file.put(relocations, relocationTable());
        file.put(
                frameHeader, EndOfStack.header(base + frameHeader.offset(), base + frame.offset()));
        file.put(
                frame,
                EndOfStack.frame(
                        program.machine(), base + frame.offset(), codeAddress(), code.sizeBytes()));
        file.put(code, program.code());
        file.put(dynamic, dynamicTable());
        file.entry(codeAddress());
        return file.write();
    }

    private void addSegments() {
        int readOnly = Elf.PF_R;
        int readWrite = Elf.PF_R | Elf.PF_W;
        int headersEnd = ElfHeader.BYTES + MOST_SEGMENTS * ProgramHeader.BYTES;
        Room headers = new Room(ElfHeader.BYTES, headersEnd - ElfHeader.BYTES, WORD_BYTES);
        segment(Elf.PT_PHDR, readOnly, headers, 0);
        segment(Elf.PT_INTERP, readOnly, interpreter, 0);
        segment(Elf.PT_LOAD, readOnly, new Room(0, frame.end(), PAGE_BYTES), 0);
        segment(Elf.PT_LOAD, readOnly | Elf.PF_X, paged(code, code.end()), CODE_SHIFT);
        file.segment(variables());
        segment(Elf.PT_DYNAMIC, readWrite, dynamic, WORDS_SHIFT);
        segment(Elf.PT_GNU_EH_FRAME, readOnly, frameHeader, 0);
        int stack = program.hasExecutableStack() ? readWrite | Elf.PF_X : readWrite;
        segment(Elf.PT_GNU_STACK, stack, new Room(0, 0, CODE_ALIGNMENT_BYTES), 0);
        file.segment(
                new ProgramHeader(
                        Elf.PT_TLS,
                        readOnly,
                        0,
                        0,
                        0,
                        program.threadLocalBytes(),
                        program.threadLocalBytes()));
    }

    private ProgramHeader variables() {
        Room room = paged(words, dynamic.end());
        long end = copiesAddress() + program.copyBytes();
        return new ProgramHeader(
                Elf.PT_LOAD,
                Elf.PF_R | Elf.PF_W,
                room.offset(),
                wordsAddress(),
                room.sizeBytes(),
                program.copies().isEmpty() ? room.sizeBytes() : end - wordsAddress(),
                room.alignmentBytes());
    }

    private static Room paged(Room first, int end) {
        return new Room(first.offset(), end - first.offset(), PAGE_BYTES);
    }

    private void segment(int type, int flags, Room room, int shift) {
        file.segment(
                new ProgramHeader(
                        type,
                        flags,
                        room.offset(),
                        base + room.offset() + shift,
                        room.sizeBytes(),
                        room.sizeBytes(),
                        room.alignmentBytes()));
    }

    private void addSections() {
        long loaded = Elf.SHF_ALLOC;
        long variable = Elf.SHF_ALLOC | Elf.SHF_WRITE;
        long executable = Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;
        section(new Kind(".interp", Elf.SHT_PROGBITS, loaded), interpreter, 0);
        section(
                new Kind(".dynsym", Elf.SHT_DYNSYM, loaded, DYNSTR, 1, ElfSymbol.BYTES),
                symbols,
                0);
        section(new Kind(".dynstr", Elf.SHT_STRTAB, loaded), stringsRoom, 0);
        section(
                new Kind(".rela.dyn", Elf.SHT_RELA, loaded, DYNSYM, 0, ElfRelocation.BYTES),
                relocations,
                0);
        section(new Kind(".eh_frame_hdr", Elf.SHT_PROGBITS, loaded), frameHeader, 0);
        // Unwinders find it by its header. Debuggers must not see it: they go further.
        section(new Kind(".end_of_stack", Elf.SHT_PROGBITS, loaded), frame, 0);
        section(new Kind(".text", Elf.SHT_PROGBITS, executable), code, CODE_SHIFT);
        section(new Kind(".data", Elf.SHT_PROGBITS, variable), words, WORDS_SHIFT);
        section(
                new Kind(".dynamic", Elf.SHT_DYNAMIC, variable, DYNSTR, 0, DYNAMIC_BYTES),
                dynamic,
                WORDS_SHIFT);
        addLabels();
        if (program.isFixed()) {
            int size = Math.toIntExact(program.copyBytes());
            Room copies = new Room(dynamic.end(), size, COPIES_ALIGNMENT_BYTES);
            file.section(new Kind(".bss", Elf.SHT_NOBITS, variable), copies, copiesAddress());
        }
        if (!program.frames().isEmpty()) {
            byte[] frames = DebugFrames.write(program.machine(), program.frames(), codeAddress());
            file.section(new Kind(".debug_frame", Elf.SHT_PROGBITS, 0), frames, WORD_BYTES);
        }
    }

    private void section(Kind kind, Room room, int shift) {
        file.section(kind, room, base + room.offset() + shift);
    }

    private void addLabels() {
        StringTable names = new StringTable();
        int count = program.labels().size() + 1;
        ByteBuffer table =
                ByteBuffer.allocate(count * ElfSymbol.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(ElfSymbol.BYTES);
        for (Map.Entry<String, Integer> label : program.labels().entrySet()) {
            int name = names.add(label.getKey());
            long address = codeAddress() + label.getValue();
            new ElfSymbol(name, Elf.STT_FUNC, TEXT, address, 0).write(table);
        }
        Kind kind = new Kind(".symtab", Elf.SHT_SYMTAB, 0, STRTAB, 1, ElfSymbol.BYTES);
        file.section(kind, table.array(), WORD_BYTES);
        file.section(new Kind(".strtab", Elf.SHT_STRTAB, 0), names.bytes(), 1);
    }

    private byte[] relocationTable() {
        ByteBuffer table =
                ByteBuffer.allocate(relocations.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        DynamicRelocations types = DynamicRelocations.of(program.machine());
        for (int i = 0; i < program.imports().size(); i++) {
            new ElfRelocation(wordAddress(i), types.globDat(), i + 1, 0).write(table);
        }
        for (int i = 0; i < program.entries().size(); i++) {
            long word = wordAddress(program.firstEntryWord() + i);
            int symbol = dynamicSymbols.firstEntry() + i;
            new ElfRelocation(word, types.jumpSlot(), symbol, 0).write(table);
        }
        if (program.hasRunFirst()) {
            long function = codeAddress() + program.runFirst();
            new ElfRelocation(wordAddress(program.runFirstWord()), types.relative(), 0, function)
                    .write(table);
        }
        int symbol = dynamicSymbols.firstCopy();
        for (ElfExecutable.Copy copy : program.copies()) {
            long place = copiesAddress() + copy.offset();
            new ElfRelocation(place, types.copy(), symbol, 0).write(table);
            symbol += copy.names().size();
        }
        return table.array();
    }

    private long wordAddress(int index) {
        return wordsAddress() + (long) index * WORD_BYTES;
    }

    /** The numbers of a processor's dynamic relocations. */
    private record DynamicRelocations(int copy, int globDat, int jumpSlot, int relative) {
        static DynamicRelocations of(int machine) {
            return machine == Elf.EM_X86_64
                    ? new DynamicRelocations(5, 6, 7, 8)
                    : new DynamicRelocations(1024, 1025, 1026, 1027);
        }
    }

    private byte[] dynamicTable() {
        ByteBuffer table = ByteBuffer.allocate(dynamic.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        neededNames.forEach(name -> entry(table, Elf.DT_NEEDED, name));
        place(table, Elf.DT_STRTAB, stringsRoom);
        entry(table, Elf.DT_STRSZ, stringsRoom.sizeBytes());
        place(table, Elf.DT_SYMTAB, symbols);
        entry(table, Elf.DT_SYMENT, ElfSymbol.BYTES);
        if (program.isFixed()) {
            place(table, Elf.DT_HASH, hash);
        }
        if (versionNeeds.sizeBytes() != 0) { // glibc has no versions for a symbol's number without
            place(table, Elf.DT_VERSYM, versions);
            place(table, Elf.DT_VERNEED, versionNeeds);
            entry(table, Elf.DT_VERNEEDNUM, dynamicSymbols.versions().libraryCount());
        }
        place(table, Elf.DT_RELA, relocations);
        entry(table, Elf.DT_RELASZ, relocations.sizeBytes());
        entry(table, Elf.DT_RELAENT, ElfRelocation.BYTES);
        if (program.hasRunFirst()) {
            entry(table, Elf.DT_PREINIT_ARRAY, wordAddress(program.runFirstWord()));
            entry(table, Elf.DT_PREINIT_ARRAYSZ, WORD_BYTES);
        }
        entry(table, Elf.DT_FLAGS, Elf.DF_BIND_NOW);
        entry(table, Elf.DT_DEBUG, 0); // by which debuggers find the libraries
        return table.array();
    }

    private void place(ByteBuffer table, long tag, Room room) {
        entry(table, tag, base + room.offset());
    }

    private static void entry(ByteBuffer table, long tag, long value) {
        table.putLong(tag).putLong(value);
    }
}
