package dev.orcinus.formats.elf;

import dev.orcinus.formats.elf.ElfWriter.Kind;
import dev.orcinus.formats.elf.ElfWriter.Room;
import dev.orcinus.formats.elf.SharedObject.Part;
import dev.orcinus.formats.elf.SharedObject.Symbol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of a {@link SharedObject}: a segment with headers, tables, data and the TLS image,
 * where addresses are offsets in the file, and one with code, if there is any, a page further. The
 * dynamic linker reads the segments and the dynamic table; GDB reads the sections.
 */
final class SharedObjectWriter {
    /** The largest size of a page. */
    private static final int PAGE_BYTES = 0x10000;

    private static final int MOST_SEGMENTS = 5;
    private static final int DYNAMIC_BYTES = 16;

    /**
     * The most entries of the dynamic table besides {@code DT_NEEDED}, with the one that ends it.
     */
    private static final int MOST_ENTRIES = 13;

    private static final int WORD_BYTES = 8;
    private static final int CODE_ALIGNMENT_BYTES = 16;

    /** The places of sections in the table of section headers. */
    private static final int DYNSYM = 1;

    private static final int DYNSTR = 2;
    private static final int TEXT = 4;
    private static final int DATA = 6;

    private final SharedObject object;
    private final ElfWriter file;
    private final StringTable strings = new StringTable();
    private final int soname;
    private final int[] nameOf;
    private final List<Integer> neededNames = new ArrayList<>();
    private final Room symbols;
    private final Room stringsRoom;
    private final Room hash;
    private final Room relocations;
    private final Room dynamic;
    private final Room runFirst;
    private final Room data;
    private final Room image;
    private final Room code;

    /** Lays an object out. */
    SharedObjectWriter(SharedObject object) {
        this.object = object;
        file = new ElfWriter(Elf.ET_DYN, object.machine(), MOST_SEGMENTS);
        soname = strings.add(object.name());
        nameOf = new int[object.symbols().size()];
        for (int i = 0; i < nameOf.length; i++) {
            nameOf[i] = strings.add(object.symbols().get(i).name());
        }
        object.needed().forEach(other -> neededNames.add(strings.add(other)));
        int symbolCount = nameOf.length + 1;
        symbols = file.room(symbolCount * ElfSymbol.BYTES, WORD_BYTES);
        stringsRoom = file.room(strings.sizeBytes(), 1);
        hash = file.room((3 + symbolCount) * Integer.BYTES, WORD_BYTES);
        relocations = file.room(object.relocations().size() * ElfRelocation.BYTES, WORD_BYTES);
        dynamic = file.room((MOST_ENTRIES + neededNames.size()) * DYNAMIC_BYTES, WORD_BYTES);
        runFirst = file.room(object.runFirst().length, WORD_BYTES);
        data = file.room(object.data().length, CODE_ALIGNMENT_BYTES);
        image = file.room(object.threadLocals().content().length, imageAlignment());
        code = file.room(object.code().length, CODE_ALIGNMENT_BYTES);
    }

    private int imageAlignment() {
        return object.threadLocals().exist()
                ? Math.max(CODE_ALIGNMENT_BYTES, object.threadLocals().alignmentBytes())
                : 1;
    }

    int dataFromCode() {
        return data.offset() - codeAddress();
    }

    private int codeAddress() {
        return code.offset() + PAGE_BYTES;
    }

    private boolean hasCode() {
        return code.sizeBytes() != 0;
    }

    byte[] write() {
        addSegments();
        addSections();
        file.put(symbols, symbolTable());
        file.put(stringsRoom, strings.bytes());
        file.put(hash, hashTable());
        file.put(relocations, relocationTable());
        file.put(dynamic, dynamicTable());
        file.put(runFirst, object.runFirst());
        file.put(data, object.data());
        file.put(image, object.threadLocals().content());
        file.put(code, object.code());
        return file.write();
    }

    private void addSegments() {
        int readWrite = Elf.PF_R | Elf.PF_W;
        int end = image.end();
        segment(Elf.PT_LOAD, readWrite, new Room(0, end, PAGE_BYTES), 0, end);
        if (hasCode()) {
            Room loaded = new Room(code.offset(), code.sizeBytes(), PAGE_BYTES);
            segment(Elf.PT_LOAD, Elf.PF_R | Elf.PF_X, loaded, codeAddress(), code.sizeBytes());
        }
        segment(Elf.PT_DYNAMIC, readWrite, dynamic, dynamic.offset(), dynamic.sizeBytes());
        segment(Elf.PT_GNU_STACK, readWrite, new Room(0, 0, 16), 0, 0); // not executable
        if (object.threadLocals().exist()) {
            int alignment = object.threadLocals().alignmentBytes();
            Room initial = new Room(image.offset(), image.sizeBytes(), alignment);
            long size = object.threadLocals().sizeBytes();
            segment(Elf.PT_TLS, readWrite, initial, image.offset(), size);
        }
    }

    private void segment(int type, int flags, Room room, long address, long memoryBytes) {
        file.segment(
                new ProgramHeader(
                        type,
                        flags,
                        room.offset(),
                        address,
                        room.sizeBytes(),
                        memoryBytes,
                        room.alignmentBytes()));
    }

    private void addSections() {
        long loaded = Elf.SHF_ALLOC;
        long variable = Elf.SHF_ALLOC | Elf.SHF_WRITE;
        section(new Kind(".dynsym", Elf.SHT_DYNSYM, loaded, DYNSTR, 1, ElfSymbol.BYTES), symbols);
        section(new Kind(".dynstr", Elf.SHT_STRTAB, loaded), stringsRoom);
        section(new Kind(".hash", Elf.SHT_HASH, loaded, DYNSYM, 0, Integer.BYTES), hash);
        file.section(
                new Kind(".text", Elf.SHT_PROGBITS, loaded | Elf.SHF_EXECINSTR),
                code,
                codeAddress());
        section(new Kind(".dynamic", Elf.SHT_DYNAMIC, variable, DYNSTR, 0, DYNAMIC_BYTES), dynamic);
        section(new Kind(".data", Elf.SHT_PROGBITS, variable), data);
    }

    private void section(Kind kind, Room room) {
        file.section(kind, room, room.offset());
    }

    private byte[] symbolTable() {
        ByteBuffer table =
                ByteBuffer.allocate(symbols.sizeBytes())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(ElfSymbol.BYTES);
        for (int i = 0; i < nameOf.length; i++) {
            symbol(nameOf[i], object.symbols().get(i)).write(table);
        }
        return table.array();
    }

    private ElfSymbol symbol(int symbolName, Symbol symbol) {
        int section = Elf.SHN_UNDEF;
        long start = 0;
        switch (symbol.part()) {
            case UNDEFINED -> {}
            case CODE -> {
                section = TEXT;
                start = codeAddress();
            }
            case DATA -> {
                section = DATA;
                start = data.offset();
            }
            case THREAD_LOCALS -> section = DATA;
            case OUTSIDE -> section = Elf.SHN_ABS;
        }
        return new ElfSymbol(
                symbolName, symbol.type(), section, start + symbol.offset(), symbol.sizeBytes());
    }

    /**
     * Returns a table with one bucket, whose chain has all defined symbols, so that no hash
     * matters. Imports are not in it, because {@code dlsym} takes an undefined thread-local for a
     * defined one.
     */
    private byte[] hashTable() {
        int[] chain = new int[nameOf.length + 1];
        int first = 0;
        for (int i = nameOf.length; i > 0; i--) {
            if (object.symbols().get(i - 1).part() != Part.UNDEFINED) {
                chain[i] = first;
                first = i;
            }
        }
        ByteBuffer table = ByteBuffer.allocate(hash.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(1).putInt(chain.length).putInt(first);
        for (int next : chain) {
            table.putInt(next);
        }
        return table.array();
    }

    private byte[] relocationTable() {
        ByteBuffer table =
                ByteBuffer.allocate(relocations.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (ElfRelocation r : object.relocations()) {
            r.at(data.offset() + r.offset()).write(table);
        }
        return table.array();
    }

    private byte[] dynamicTable() {
        ByteBuffer table = ByteBuffer.allocate(dynamic.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        neededNames.forEach(other -> entry(table, Elf.DT_NEEDED, other));
        entry(table, Elf.DT_SONAME, soname);
        entry(table, Elf.DT_HASH, hash.offset());
        entry(table, Elf.DT_STRTAB, stringsRoom.offset());
        entry(table, Elf.DT_STRSZ, stringsRoom.sizeBytes());
        entry(table, Elf.DT_SYMTAB, symbols.offset());
        entry(table, Elf.DT_SYMENT, ElfSymbol.BYTES);
        if (relocations.sizeBytes() != 0) {
            entry(table, Elf.DT_RELA, relocations.offset());
            entry(table, Elf.DT_RELASZ, relocations.sizeBytes());
            entry(table, Elf.DT_RELAENT, ElfRelocation.BYTES);
        }
        if (runFirst.sizeBytes() != 0) {
            entry(table, Elf.DT_PREINIT_ARRAY, runFirst.offset());
            entry(table, Elf.DT_PREINIT_ARRAYSZ, runFirst.sizeBytes());
        }
        entry(table, Elf.DT_FLAGS, Elf.DF_BIND_NOW | (object.isStatic() ? Elf.DF_STATIC_TLS : 0));
        return table.array();
    }

    private static void entry(ByteBuffer table, long tag, long value) {
        table.putLong(tag).putLong(value);
    }
}
