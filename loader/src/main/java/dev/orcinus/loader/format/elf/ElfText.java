package dev.orcinus.loader.format.elf;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.GraphText;
import dev.orcinus.loader.object.ObjectBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Map;

/** The raw view of an object as text, in the file's order. */
public final class ElfText {
    private static final String[] TYPES = {
        "NULL",
        "PROGBITS",
        "SYMTAB",
        "STRTAB",
        "RELA",
        "HASH",
        "DYNAMIC",
        "NOTE",
        "NOBITS",
        "REL",
        "SHLIB",
        "DYNSYM",
        "12",
        "13",
        "INIT_ARRAY",
        "FINI_ARRAY",
        "PREINIT_ARRAY",
        "GROUP",
        "SYMTAB_SHNDX"
    };
    private static final Map<Integer, String> OTHER_TYPES =
            Map.of(
                    Elf.SHT_LLVM_ADDRSIG, "LLVM_ADDRSIG",
                    Elf.SHT_X86_64_UNWIND, "X86_64_UNWIND");

    /** The letters of {@code readelf}, for the bits from {@code SHF_WRITE} on. */
    private static final String FLAGS = "WAX?MSILOGTC";

    private static final String[] BINDINGS = {"local", "global", "weak"};
    private static final String[] SYMBOL_TYPES = {
        "notype", "object", "func", "section", "file", "common", "tls"
    };
    private static final String[] VISIBILITIES = {"", " internal", " hidden", " protected"};

    private final ElfFile file;
    private final SymbolTable table;
    private final Appendable out;

    /** Reads the tables of an object. */
    public ElfText(String name, MemorySegment bytes, Appendable out)
            throws MalformedObjectException, UnsupportedObjectException {
        this.file = ElfFile.read(new ObjectBytes(name, bytes));
        this.table = SymbolTable.of(file);
        this.out = out;
    }

    /** Writes the section header table. */
    public void writeSections() throws IOException, MalformedObjectException {
        line("sections: %d", file.sections().length);
        for (SectionHeader section : file.sections()) {
            line(
                    "  [%d] %s %s%s at 0x%x, 0x%x bytes, aligned to 0x%x%s%s%s",
                    section.index(),
                    section.index() == 0 ? "" : name(section),
                    type(section.type()),
                    flags(section.flags()),
                    section.offset(),
                    section.sizeBytes(),
                    section.alignmentBytes(),
                    ifAny(", link ", section.link()),
                    ifAny(", info ", section.info()),
                    section.entryBytes() == 0
                            ? ""
                            : ", entries of 0x" + Long.toHexString(section.entryBytes()));
        }
    }

    private String name(SectionHeader section) throws MalformedObjectException {
        return GraphText.printable(file.name(section));
    }

    private static String ifAny(String what, int value) {
        return value == 0 ? "" : what + Integer.toUnsignedString(value);
    }

    private static String type(int type) {
        String other = OTHER_TYPES.getOrDefault(type, "0x" + Integer.toHexString(type));
        return type >= 0 && type < TYPES.length ? TYPES[type] : other;
    }

    private static String flags(long flags) {
        StringBuilder text = new StringBuilder();
        long left = flags;
        for (int i = 0; i < FLAGS.length(); i++) {
            if ((flags & 1L << i) != 0 && FLAGS.charAt(i) != '?') {
                text.append(FLAGS.charAt(i));
                left &= ~(1L << i);
            }
        }
        if ((left & Elf.SHF_EXCLUDE) != 0) {
            text.append('E');
            left &= ~Elf.SHF_EXCLUDE;
        }
        String rest = left == 0 ? "" : "+0x" + Long.toHexString(left);
        return text.isEmpty() && rest.isEmpty() ? "" : " " + text + rest;
    }

    /** Writes the symbol table. */
    public void writeSymbols() throws IOException, MalformedObjectException {
        int count = table == null ? 0 : table.count();
        line("symbols: %d", count);
        for (int i = 1; i < count; i++) {
            line(
                    "  [%d] %s %s %s%s in %s, value 0x%x, size 0x%x",
                    i,
                    symbol(i),
                    name(BINDINGS, table.binding(i)),
                    name(SYMBOL_TYPES, table.type(i)),
                    VISIBILITIES[table.visibility(i)],
                    section(i),
                    table.value(i),
                    table.sizeBytes(i));
        }
    }

    private static String name(String[] names, int value) {
        return value < names.length ? names[value] : Integer.toString(value);
    }

    private String section(int symbol) throws MalformedObjectException {
        int index = table.section(symbol);
        if (!table.isReserved(symbol)) {
            return Integer.toUnsignedString(index);
        }
        return switch (index) {
            case Elf.SHN_UNDEF -> "UNDEF";
            case Elf.SHN_ABS -> "ABS";
            case Elf.SHN_COMMON -> "COMMON";
            default -> "0x" + Integer.toHexString(index);
        };
    }

    /** A section's symbol usually has no name but the section's. */
    private String symbol(int symbol) throws MalformedObjectException {
        int section = table.section(symbol);
        if (table.type(symbol) == Elf.STT_SECTION
                && section > 0
                && section < file.sections().length) {
            return name(file.sections()[section]);
        }
        return GraphText.printable(table.name(symbol));
    }

    /** Writes the relocations, section by section. */
    public void writeRelocations()
            throws IOException, MalformedObjectException, UnsupportedObjectException {
        ElfMachine machine = ElfGraphBuilder.machine(file);
        for (SectionHeader section : file.sections()) {
            if (section.type() == Elf.SHT_RELA || section.type() == Elf.SHT_REL) {
                writeRelocations(section, machine);
            }
        }
    }

    private void writeRelocations(SectionHeader section, ElfMachine machine)
            throws IOException, MalformedObjectException {
        boolean explicit = section.type() == Elf.SHT_RELA;
        int entryBytes = explicit ? Elf.RELA_BYTES : Elf.REL_BYTES;
        int count = file.entryCount(section, entryBytes);
        ObjectBytes bytes = file.bytes();
        line("relocations %s: %d", name(section), count);
        for (int i = 0; i < count; i++) {
            long at = section.offset() + (long) i * entryBytes;
            long info = bytes.u64(at + 8);
            int symbol = (int) (info >>> 32);
            if (table == null) {
                throw bytes.malformed(at, "a relocation without a symbol table");
            }
            table.require(symbol, at, "a relocation");
            line(
                    "  0x%x %s(%d) %s%s",
                    bytes.u64(at),
                    machine.nameOf((int) info),
                    (int) info,
                    symbol == 0 ? "" : symbol(symbol),
                    explicit ? addend(bytes.u64(at + 16)) : "");
        }
    }

    private static String addend(long addend) {
        return (addend < 0 ? " - 0x" : " + 0x") + Long.toHexString(Math.abs(addend));
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be this module's only library
    private void line(String format, Object... arguments) throws IOException {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
