package dev.orcinus.formats.elf;

import dev.orcinus.formats.elf.ElfWriter.Kind;
import dev.orcinus.formats.elf.ElfWriter.Room;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The layout of a {@link LinkedImage}: one segment with headers and tables, and those in memory.
 */
final class LinkedImageWriter {
    private static final int PAGE_BYTES = 0x1000;
    private static final int MOST_SEGMENTS = 8;
    private static final int WORD_BYTES = 8;
    private static final int DYNAMIC_BYTES = 16;
    private static final int DYNAMIC_ENTRIES = 7;
    private static final int FRAME_HEADER_BYTES = 12;
    private static final int FRAME_BYTES = 8;
    private static final int PC_RELATIVE_INT = 0x1b; // DW_EH_PE_pcrel | DW_EH_PE_sdata4
    private static final int UNSIGNED_INT = 0x03; // DW_EH_PE_udata4
    private static final int TABLE_RELATIVE_INT = 0x3b; // DW_EH_PE_datarel | DW_EH_PE_sdata4
    private static final int SYMBOLS_OF_BUCKET = 4;

    /** The places of sections in the table of section headers. */
    private static final int DYNSYM = 1;

    private static final int DYNSTR = 2;

    private final LinkedImage image;
    private final long base;
    private final ElfWriter file;
    private final StringTable strings = new StringTable();
    private final int soname;
    private final int[] nameOf;
    private final int[] needed;
    private final int bucketCount;
    private final Room symbols;
    private final Room stringsRoom;
    private final Room hash;
    private final Room frameHeader;
    private final Room dynamic;

    /** Lays an image out whose tables are at an address. */
    LinkedImageWriter(LinkedImage image, long base) {
        this.image = image;
        this.base = base;
        file = new ElfWriter(Elf.ET_DYN, image.machine(), MOST_SEGMENTS);
        soname = strings.add(image.name());
        needed = image.needed().stream().mapToInt(strings::add).toArray();
        nameOf = new int[image.exports().size()];
        for (int i = 0; i < nameOf.length; i++) {
            nameOf[i] = strings.add(image.exports().get(i).name());
        }
        bucketCount = nameOf.length / SYMBOLS_OF_BUCKET + 1;
        int count = nameOf.length + 1;
        symbols = file.room(count * ElfSymbol.BYTES, WORD_BYTES);
        stringsRoom = file.room(strings.sizeBytes(), 1);
        hash = file.room((2 + bucketCount + count) * Integer.BYTES, WORD_BYTES);
        int frameBytes = FRAME_HEADER_BYTES + image.frames().size() * FRAME_BYTES;
        frameHeader = file.room(image.frames().isEmpty() ? 0 : frameBytes, WORD_BYTES);
        dynamic = file.room((DYNAMIC_ENTRIES + needed.length) * DYNAMIC_BYTES, WORD_BYTES);
    }

    long sizeBytes() {
        return dynamic.end();
    }

    byte[] write() {
        addSegments();
        addSections();
        file.put(symbols, symbolTable());
        file.put(stringsRoom, strings.bytes());
        file.put(hash, hashTable());
        if (!image.frames().isEmpty()) {
            file.put(frameHeader, frameTable());
        }
        file.put(dynamic, dynamicTable());
        return file.write();
    }

    /** Adds the segments in the order of their addresses, as the dynamic linker wants them. */
    private void addSegments() {
        int readWrite = Elf.PF_R | Elf.PF_W;
        boolean areTablesAdded = false;
        for (LinkedImage.Segment segment : image.segments()) {
            if (!areTablesAdded && Long.compareUnsigned(base, segment.start()) < 0) {
                areTablesAdded = true;
                addOwn(Elf.PT_LOAD, readWrite, new Room(0, dynamic.end(), PAGE_BYTES));
            }
            file.segment(
                    new ProgramHeader(
                            Elf.PT_LOAD,
                            segment.flags(),
                            0,
                            segment.start(),
                            0,
                            segment.sizeBytes(),
                            PAGE_BYTES));
        }
        if (!areTablesAdded) {
            addOwn(Elf.PT_LOAD, readWrite, new Room(0, dynamic.end(), PAGE_BYTES));
        }
        addOwn(Elf.PT_DYNAMIC, readWrite, dynamic);
        if (!image.frames().isEmpty()) {
            addOwn(Elf.PT_GNU_EH_FRAME, Elf.PF_R, frameHeader);
        }
        file.segment(new ProgramHeader(Elf.PT_GNU_STACK, readWrite, 0, 0, 0, 0, WORD_BYTES));
    }

    private void addOwn(int type, int flags, Room room) {
        file.segment(
                new ProgramHeader(
                        type,
                        flags,
                        room.offset(),
                        base + room.offset(),
                        room.sizeBytes(),
                        room.sizeBytes(),
                        room.alignmentBytes()));
    }

    private void addSections() {
        section(
                new Kind(".dynsym", Elf.SHT_DYNSYM, Elf.SHF_ALLOC, DYNSTR, 1, ElfSymbol.BYTES),
                symbols);
        section(new Kind(".dynstr", Elf.SHT_STRTAB, Elf.SHF_ALLOC), stringsRoom);
        section(new Kind(".hash", Elf.SHT_HASH, Elf.SHF_ALLOC, DYNSYM, 0, Integer.BYTES), hash);
        section(
                new Kind(
                        ".dynamic",
                        Elf.SHT_DYNAMIC,
                        Elf.SHF_ALLOC | Elf.SHF_WRITE,
                        DYNSTR,
                        0,
                        DYNAMIC_BYTES),
                dynamic);
    }

    private void section(Kind kind, Room room) {
        file.section(kind, room, base + room.offset());
    }

    /** The symbols' section means nothing; it says that they are defined. */
    private byte[] symbolTable() {
        ByteBuffer table =
                ByteBuffer.allocate(symbols.sizeBytes())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(ElfSymbol.BYTES);
        for (int i = 0; i < nameOf.length; i++) {
            LinkedImage.Export export = image.exports().get(i);
            new ElfSymbol(nameOf[i], export.type(), DYNSYM, export.address(), export.sizeBytes())
                    .write(table);
        }
        return table.array();
    }

    private byte[] hashTable() {
        int[] buckets = new int[bucketCount];
        int[] chain = new int[nameOf.length + 1];
        for (int i = nameOf.length; i > 0; i--) {
            String symbol = image.exports().get(i - 1).name();
            int bucket = Integer.remainderUnsigned(SymbolHash.of(symbol), bucketCount);
            chain[i] = buckets[bucket];
            buckets[bucket] = i;
        }
        ByteBuffer table = ByteBuffer.allocate(hash.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(bucketCount).putInt(chain.length);
        for (int first : buckets) {
            table.putInt(first);
        }
        for (int next : chain) {
            table.putInt(next);
        }
        return table.array();
    }

    /** Returns {@code .eh_frame_hdr}: a table of functions in the order of their addresses. */
    private byte[] frameTable() {
        long start = base + frameHeader.offset();
        List<LinkedImage.Frame> frames = image.frames();
        ByteBuffer table =
                ByteBuffer.allocate(frameHeader.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        table.put((byte) 1).put((byte) PC_RELATIVE_INT);
        table.put((byte) UNSIGNED_INT).put((byte) TABLE_RELATIVE_INT);
        table.putInt(Math.toIntExact(frames.getFirst().record() - (start + 4)));
        table.putInt(frames.size());
        for (LinkedImage.Frame frame : frames) {
            table.putInt(Math.toIntExact(frame.function() - start));
            table.putInt(Math.toIntExact(frame.record() - start));
        }
        return table.array();
    }

    private byte[] dynamicTable() {
        ByteBuffer table = ByteBuffer.allocate(dynamic.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int library : needed) {
            entry(table, Elf.DT_NEEDED, library);
        }
        entry(table, Elf.DT_SONAME, soname);
        entry(table, Elf.DT_HASH, base + hash.offset());
        entry(table, Elf.DT_STRTAB, base + stringsRoom.offset());
        entry(table, Elf.DT_STRSZ, stringsRoom.sizeBytes());
        entry(table, Elf.DT_SYMTAB, base + symbols.offset());
        entry(table, Elf.DT_SYMENT, ElfSymbol.BYTES);
        return table.array();
    }

    private static void entry(ByteBuffer table, long tag, long value) {
        table.putLong(tag).putLong(value);
    }
}
