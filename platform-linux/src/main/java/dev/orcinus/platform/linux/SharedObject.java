package dev.orcinus.platform.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A small ELF shared object to be: what it defines, imports and wants relocated. {@link #write}
 * gives it the plainest layout that glibc and GDB read: a segment with headers, tables, data and
 * the TLS image, and one with code, if there is any. Source: the ELF gABI, "Object Files" and
 * "Dynamic Linking".
 */
final class SharedObject {
    /** {@code STT_OBJECT}. */
    static final int OBJECT = 1;

    /** {@code STT_FUNC}. */
    static final int FUNCTION = 2;

    /** {@code STT_TLS}. */
    static final int THREAD_LOCAL = 6;

    /** The symbol that stands for the object itself. */
    static final int NO_SYMBOL = 0;

    /** Pages may be that large. */
    private static final int PAGE_BYTES = 0x10000;

    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int SECTION_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int RELOCATION_BYTES = 24;
    private static final int DYNAMIC_BYTES = 16;

    private static final int PF_RX = 5;
    private static final int PF_RW = 6;
    private static final int STB_GLOBAL = 1;
    private static final int DF_BIND_NOW = 8;
    private static final int DF_STATIC_TLS = 16;

    private final Processor processor;
    private final String name;
    private final Set<String> needed = new LinkedHashSet<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<Relocation> relocations = new ArrayList<>();
    private byte[] code = {};
    private byte[] data = {};
    private byte[] image = {};
    private long threadLocalBytes;
    private int threadLocalAlignment;
    private boolean isStatic;

    /** Where a symbol is defined. The number is the index of the section header. */
    private enum Part {
        UNDEFINED(0),
        CODE(4),
        DATA(6),
        THREAD_LOCALS(6);

        private final int section;

        Part(int section) {
            this.section = section;
        }
    }

    private record Symbol(String name, int type, Part part, long offset, long sizeBytes) {}

    private record Relocation(long offset, int type, int symbol, long addend) {}

    /**
     * An object without content.
     *
     * @param name {@code DT_SONAME}, by which others may need it
     */
    SharedObject(Processor processor, String name) {
        this.processor = processor;
        this.name = name;
    }

    /** Sets its code. */
    SharedObject code(byte[] bytes) {
        code = bytes;
        return this;
    }

    /** Sets its data. */
    SharedObject data(byte[] bytes) {
        data = bytes;
        return this;
    }

    /** Gives it a block of thread-local storage. */
    SharedObject threadLocals(byte[] content, long sizeBytes, int alignmentBytes) {
        image = content;
        threadLocalBytes = sizeBytes;
        threadLocalAlignment = alignmentBytes;
        return this;
    }

    /** Says that it is for static TLS ({@code DF_STATIC_TLS}). */
    SharedObject isStatic(boolean needsStaticStorage) {
        isStatic = needsStaticStorage;
        return this;
    }

    /** Looks for symbols in another object, too, which then lives as long as this one. */
    SharedObject needs(String otherName) {
        needed.add(otherName);
        return this;
    }

    /** Exports a function in its code. */
    int exportCode(String symbol, long offset, long sizeBytes) {
        return add(new Symbol(symbol, FUNCTION, Part.CODE, offset, sizeBytes));
    }

    /** Exports a part of its data. */
    int exportData(String symbol, long offset, long sizeBytes) {
        return add(new Symbol(symbol, OBJECT, Part.DATA, offset, sizeBytes));
    }

    /** Exports its thread-local storage. */
    int exportThreadLocals(String symbol) {
        return add(new Symbol(symbol, THREAD_LOCAL, Part.THREAD_LOCALS, 0, threadLocalBytes));
    }

    /** Imports a symbol; opening fails if nobody defines it. */
    int importing(String symbol, int type) {
        return add(new Symbol(symbol, type, Part.UNDEFINED, 0, 0));
    }

    private boolean hasThreadLocals() {
        return threadLocalAlignment != 0;
    }

    private int add(Symbol symbol) {
        symbols.add(symbol);
        return symbols.size();
    }

    /**
     * Has a word of the data relocated.
     *
     * @param offset in the data
     * @param type the processor's number
     * @param symbol what {@link #importing} or an export has answered, or {@link #NO_SYMBOL}
     */
    void relocate(long offset, int type, int symbol, long addend) {
        relocations.add(new Relocation(offset, type, symbol, addend));
    }

    /**
     * How far its data are from its code; negative, as they lie in front of it. Depends on
     * everything but the bytes of the code.
     */
    int dataFromCode() {
        Writer layout = new Writer();
        return layout.dataAt - layout.codeAddress();
    }

    /** The bytes of its file. */
    byte[] write() {
        return new Writer().write();
    }

    private final class Writer {
        private final Text strings = new Text();
        private final Text sectionNames = new Text();
        private final int[] nameOf = new int[symbols.size()];
        private final List<Integer> neededNames = new ArrayList<>();
        private final int soname = strings.add(name);
        private final int symbolsAt;
        private final int stringsAt;
        private final int hashAt;
        private final int relocationsAt;
        private final int dynamicAt;
        private final int dataAt;
        private final int imageAt;
        private final int codeAt;
        private final int sectionsAt;
        private final ByteBuffer file;

        Writer() {
            for (int i = 0; i < nameOf.length; i++) {
                nameOf[i] = strings.add(symbols.get(i).name());
            }
            needed.forEach(other -> neededNames.add(strings.add(other)));
            symbolsAt = HEADER_BYTES + 5 * SEGMENT_BYTES;
            stringsAt = symbolsAt + (symbols.size() + 1) * SYMBOL_BYTES;
            hashAt = align(stringsAt + strings.sizeBytes(), 8);
            relocationsAt = align(hashAt + (4 + symbols.size()) * 4, 8);
            dynamicAt = relocationsAt + relocations.size() * RELOCATION_BYTES;
            dataAt = align(dynamicAt + (11 + needed.size()) * DYNAMIC_BYTES, 16);
            int dataEnd = dataAt + data.length;
            imageAt = !hasThreadLocals() ? dataEnd : align(dataEnd, imageAlignment());
            codeAt = align(imageAt + imageBytes(), 16);
            sectionsAt = align(codeAt + code.length, 8);
            file = ByteBuffer.allocate(sectionsAt + 8 * SECTION_BYTES + 64);
            file.order(ByteOrder.LITTLE_ENDIAN);
        }

        private static int align(int offset, int alignmentBytes) {
            return Math.addExact(offset, alignmentBytes - 1) & -alignmentBytes;
        }

        private int imageAlignment() {
            return Math.max(16, threadLocalAlignment);
        }

        private int imageBytes() {
            return image.length;
        }

        private int codeAddress() {
            return codeAt + PAGE_BYTES;
        }

        byte[] write() {
            writeHeader();
            writeSegments();
            writeSymbols();
            file.put(stringsAt, strings.bytes());
            writeHash();
            writeRelocations();
            writeDynamic();
            file.put(dataAt, data);
            file.put(imageAt, image);
            file.put(codeAt, code);
            writeSections();
            return file.array();
        }

        private void writeHeader() {
            file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
            file.putShort((short) 3).putShort((short) processor.elfMachine()).putInt(1); // ET_DYN
            file.putLong(0).putLong(HEADER_BYTES).putLong(sectionsAt).putInt(0);
            file.putShort((short) HEADER_BYTES);
            file.putShort((short) SEGMENT_BYTES).putShort((short) segmentCount());
            file.putShort((short) SECTION_BYTES).putShort((short) 8).putShort((short) 7);
        }

        private int segmentCount() {
            return 3 + (code.length == 0 ? 0 : 1) + (hasThreadLocals() ? 1 : 0);
        }

        private void writeSegments() {
            int end = imageAt + imageBytes();
            segment(1, PF_RW, 0, 0, end, end, PAGE_BYTES); // PT_LOAD
            if (code.length != 0) {
                segment(1, PF_RX, codeAt, codeAddress(), code.length, code.length, PAGE_BYTES);
            }
            int dynamicBytes = dataAt - dynamicAt;
            segment(2, PF_RW, dynamicAt, dynamicAt, dynamicBytes, dynamicBytes, 8); // PT_DYNAMIC
            segment(0x6474e551, PF_RW, 0, 0, 0, 0, 16); // PT_GNU_STACK: not executable
            if (hasThreadLocals()) {
                int alignment = threadLocalAlignment;
                long size = threadLocalBytes;
                segment(7, PF_RW, imageAt, imageAt, imageBytes(), size, alignment); // PT_TLS
            }
        }

        private void segment(
                int type, int flags, long offset, long address, long size, long inMemory, int to) {
            file.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
            file.putLong(size).putLong(inMemory).putLong(to);
        }

        private void writeSymbols() {
            file.position(symbolsAt + SYMBOL_BYTES);
            for (int i = 0; i < nameOf.length; i++) {
                Symbol symbol = symbols.get(i);
                file.putInt(nameOf[i]).put((byte) (STB_GLOBAL << 4 | symbol.type()));
                file.put((byte) 0).putShort((short) symbol.part().section);
                file.putLong(value(symbol)).putLong(symbol.sizeBytes());
            }
        }

        private long value(Symbol symbol) {
            return switch (symbol.part()) {
                case UNDEFINED -> 0;
                case CODE -> codeAddress() + symbol.offset();
                case DATA -> dataAt + symbol.offset();
                case THREAD_LOCALS -> symbol.offset();
            };
        }

        /**
         * One bucket, so its chain runs through all that is defined and no hash matters. What is
         * imported is not in it: {@code dlsym} takes an undefined thread-local for a defined one.
         */
        private void writeHash() {
            int[] chain = new int[symbols.size() + 1];
            int first = 0;
            for (int i = symbols.size(); i > 0; i--) {
                if (symbols.get(i - 1).part() != Part.UNDEFINED) {
                    chain[i] = first;
                    first = i;
                }
            }
            file.position(hashAt);
            file.putInt(1).putInt(chain.length).putInt(first);
            for (int next : chain) {
                file.putInt(next);
            }
        }

        private void writeRelocations() {
            file.position(relocationsAt);
            for (Relocation r : relocations) {
                file.putLong(dataAt + r.offset());
                file.putLong((long) r.symbol() << 32 | r.type()).putLong(r.addend());
            }
        }

        private void writeDynamic() {
            file.position(dynamicAt);
            neededNames.forEach(other -> dynamic(1, other)); // DT_NEEDED
            dynamic(14, soname); // DT_SONAME
            dynamic(4, hashAt); // DT_HASH
            dynamic(5, stringsAt); // DT_STRTAB
            dynamic(10, strings.sizeBytes()); // DT_STRSZ
            dynamic(6, symbolsAt); // DT_SYMTAB
            dynamic(11, SYMBOL_BYTES); // DT_SYMENT
            if (!relocations.isEmpty()) {
                dynamic(7, relocationsAt); // DT_RELA
                dynamic(8, (long) relocations.size() * RELOCATION_BYTES); // DT_RELASZ
                dynamic(9, RELOCATION_BYTES); // DT_RELAENT
            }
            dynamic(30, DF_BIND_NOW | (isStatic ? DF_STATIC_TLS : 0)); // DT_FLAGS
        }

        private void dynamic(long tag, long value) {
            file.putLong(tag).putLong(value);
        }

        /** For GDB; the dynamic linker reads none of these. */
        private void writeSections() {
            int count = symbols.size() + 1;
            file.position(sectionsAt + SECTION_BYTES);
            section(".dynsym", 11, 2, symbolsAt, symbolsAt, (long) count * SYMBOL_BYTES, 2, 1, 24);
            section(".dynstr", 3, 2, stringsAt, stringsAt, strings.sizeBytes(), 0, 0, 0);
            section(".hash", 5, 2, hashAt, hashAt, (3L + count) * 4, 1, 0, 4);
            section(".text", 1, 6, codeAddress(), codeAt, code.length, 0, 0, 0);
            section(".dynamic", 6, 3, dynamicAt, dynamicAt, dataAt - dynamicAt, 2, 0, 16);
            section(".data", 1, 3, dataAt, dataAt, data.length, 0, 0, 0);
            int namesAt = sectionsAt + 8 * SECTION_BYTES;
            int names = sectionNames.add(".shstrtab");
            byte[] text = sectionNames.bytes();
            sectionHeader(names, 3, 0, 0, namesAt, text.length, 0, 0, 0);
            file.put(namesAt, text);
        }

        private void section(
                String sectionName,
                int type,
                long flags,
                long address,
                long offset,
                long size,
                int link,
                int info,
                long entryBytes) {
            int index = sectionNames.add(sectionName);
            sectionHeader(index, type, flags, address, offset, size, link, info, entryBytes);
        }

        private void sectionHeader(
                int sectionName,
                int type,
                long flags,
                long address,
                long offset,
                long size,
                int link,
                int info,
                long entryBytes) {
            file.putInt(sectionName).putInt(type).putLong(flags).putLong(address).putLong(offset);
            file.putLong(size).putInt(link).putInt(info).putLong(8).putLong(entryBytes);
        }
    }

    /** A string table. */
    private static final class Text {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();

        Text() {
            text.write(0);
        }

        /** Adds a string and returns its offset. */
        int add(String string) {
            int offset = sizeBytes();
            text.writeBytes(string.getBytes(StandardCharsets.UTF_8));
            text.write(0);
            return offset;
        }

        int sizeBytes() {
            return text.size();
        }

        byte[] bytes() {
            return text.toByteArray();
        }
    }
}
