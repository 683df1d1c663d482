package dev.orcinus.platform.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the smallest ELF shared object that defines GDB's two symbols: a function that returns at
 * once, and a descriptor. Source: the ELF gABI, "Object Files" and "Dynamic Linking". Three
 * segments, 64 KiB apart in memory as pages may be that large: headers and tables, code, data.
 */
final class DebuggerLibrary {
    /** The function that a debugger sets a breakpoint in. */
    static final String REGISTER_CODE = "__jit_debug_register_code";

    /** The {@code struct jit_descriptor}. */
    static final String DESCRIPTOR = "__jit_debug_descriptor";

    private static final String SONAME = "liborcinus-debugger.so";
    private static final int SEGMENT_STEP = 0x10000;

    private static final int SYMBOLS_AT = 0x180;
    private static final int STRINGS_AT = 0x1c8;
    private static final int HASH_AT = 0x240;
    private static final int CODE_AT = 0x280;
    private static final int DYNAMIC_AT = 0x2c0;
    private static final int DYNAMIC_BYTES = 7 * 16;
    private static final int DESCRIPTOR_AT = 0x340;
    private static final int DESCRIPTOR_BYTES = 24;
    private static final int SECTION_NAMES_AT = 0x360;
    private static final int SECTIONS_AT = 0x3c0;
    private static final int SECTION_COUNT = 8;
    private static final int FILE_BYTES = SECTIONS_AT + SECTION_COUNT * 64;

    private static final int SYMBOL_COUNT = 3;
    private static final int CODE_SECTION = 4;
    private static final int DATA_SECTION = 6;

    private final ByteBuffer file = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ElfText strings = new ElfText();
    private final ElfText sectionNames = new ElfText();
    private final Processor processor;

    private DebuggerLibrary(Processor processor) {
        this.processor = processor;
    }

    /** The bytes of the library for a processor. */
    static byte[] write(Processor processor) {
        DebuggerLibrary library = new DebuggerLibrary(processor);
        library.writeSymbols();
        library.writeHash();
        library.writeCode();
        library.writeDynamic();
        library.writeDescriptor();
        library.writeHeader();
        library.writeSegments();
        library.writeSections();
        return library.file.array();
    }

    private static int codeAddress() {
        return SEGMENT_STEP + CODE_AT;
    }

    private static int dataAddress(int offset) {
        return 2 * SEGMENT_STEP + offset;
    }

    private byte[] code() {
        return switch (processor) {
            case X86_64 -> new byte[] {(byte) 0xc3};
            case AARCH64 -> new byte[] {(byte) 0xc0, 0x03, 0x5f, (byte) 0xd6};
        };
    }

    private void writeSymbols() {
        file.position(SYMBOLS_AT + 24);
        int function = 0x12;
        int object = 0x11;
        symbol(REGISTER_CODE, function, CODE_SECTION, codeAddress(), code().length);
        symbol(DESCRIPTOR, object, DATA_SECTION, dataAddress(DESCRIPTOR_AT), DESCRIPTOR_BYTES);
    }

    private void symbol(String name, int info, int section, long value, long size) {
        file.putInt(strings.add(name)).put((byte) info).put((byte) 0);
        file.putShort((short) section).putLong(value).putLong(size);
    }

    /** One bucket, so the chain runs through all symbols and no hash matters. */
    private void writeHash() {
        file.position(HASH_AT);
        file.putInt(1).putInt(SYMBOL_COUNT).putInt(1);
        file.putInt(0).putInt(2).putInt(0);
    }

    private void writeCode() {
        file.put(CODE_AT, code());
    }

    private void writeDynamic() {
        int soname = strings.add(SONAME);
        file.put(STRINGS_AT, strings.bytes());
        file.position(DYNAMIC_AT);
        dynamic(14, soname); // DT_SONAME
        dynamic(4, HASH_AT); // DT_HASH
        dynamic(5, STRINGS_AT); // DT_STRTAB
        dynamic(10, strings.bytes().length); // DT_STRSZ
        dynamic(6, SYMBOLS_AT); // DT_SYMTAB
        dynamic(11, 24); // DT_SYMENT
        dynamic(0, 0); // DT_NULL
    }

    private void dynamic(long tag, long value) {
        file.putLong(tag).putLong(value);
    }

    /** Version 1, and no entries. */
    private void writeDescriptor() {
        file.putInt(DESCRIPTOR_AT, 1);
    }

    private void writeHeader() {
        file.position(0);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        short machine =
                switch (processor) {
                    case X86_64 -> 62;
                    case AARCH64 -> 183;
                };
        file.putShort((short) 3).putShort(machine).putInt(1); // ET_DYN
        file.putLong(0).putLong(64).putLong(SECTIONS_AT).putInt(0);
        file.putShort((short) 64).putShort((short) 56).putShort((short) 5);
        file.putShort((short) 64).putShort((short) SECTION_COUNT);
        file.putShort((short) (SECTION_COUNT - 1));
    }

    private void writeSegments() {
        int read = 4;
        int execute = 1;
        int write = 2;
        segment(1, read, 0, 0, CODE_AT);
        segment(1, read | execute, CODE_AT, SEGMENT_STEP, DYNAMIC_AT - CODE_AT);
        segment(1, read | write, DYNAMIC_AT, 2 * SEGMENT_STEP, SECTION_NAMES_AT - DYNAMIC_AT);
        segment(2, read | write, DYNAMIC_AT, 2 * SEGMENT_STEP, DYNAMIC_BYTES); // PT_DYNAMIC
        segment(0x6474e551, read | write, 0, 0, 0); // PT_GNU_STACK: not executable
    }

    private void segment(int type, int flags, int offset, int base, int size) {
        file.putInt(type).putInt(flags).putLong(offset);
        file.putLong(base + offset).putLong(base + offset);
        file.putLong(size).putLong(size);
        file.putLong(type == 1 ? SEGMENT_STEP : 8);
    }

    private void writeSections() {
        int stringsSize = strings.bytes().length;
        file.position(SECTIONS_AT + 64);
        section(".dynsym", 11, 2, SYMBOLS_AT, SYMBOLS_AT, SYMBOL_COUNT * 24, 2, 1, 24);
        section(".dynstr", 3, 2, STRINGS_AT, STRINGS_AT, stringsSize, 0, 0, 0);
        section(".hash", 5, 2, HASH_AT, HASH_AT, 12 + SYMBOL_COUNT * 4, 1, 0, 4);
        section(".text", 1, 6, codeAddress(), CODE_AT, code().length, 0, 0, 0);
        section(".dynamic", 6, 3, dataAddress(DYNAMIC_AT), DYNAMIC_AT, DYNAMIC_BYTES, 2, 0, 16);
        section(
                ".data",
                1,
                3,
                dataAddress(DESCRIPTOR_AT),
                DESCRIPTOR_AT,
                DESCRIPTOR_BYTES,
                0,
                0,
                0);
        int name = sectionNames.add(".shstrtab");
        byte[] names = sectionNames.bytes();
        sectionHeader(name, 3, 0, 0, SECTION_NAMES_AT, names.length, 0, 0, 0);
        file.put(SECTION_NAMES_AT, names);
    }

    private void section(
            String name,
            int type,
            long flags,
            long address,
            long offset,
            long size,
            int link,
            int info,
            long entryBytes) {
        int index = sectionNames.add(name);
        sectionHeader(index, type, flags, address, offset, size, link, info, entryBytes);
    }

    private void sectionHeader(
            int name,
            int type,
            long flags,
            long address,
            long offset,
            long size,
            int link,
            int info,
            long entryBytes) {
        file.putInt(name).putInt(type).putLong(flags).putLong(address).putLong(offset);
        file.putLong(size).putInt(link).putInt(info).putLong(8).putLong(entryBytes);
    }

    /** A string table. */
    private static final class ElfText {
        private final StringBuilder text = new StringBuilder("\0");

        /** Adds a string and returns its offset. */
        int add(String string) {
            int offset = text.length();
            text.append(string).append('\0');
            return offset;
        }

        byte[] bytes() {
            return text.toString().getBytes(StandardCharsets.US_ASCII);
        }
    }
}
