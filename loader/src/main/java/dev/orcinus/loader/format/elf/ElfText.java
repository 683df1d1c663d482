package dev.orcinus.loader.format.elf;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.RelocationTable;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.formats.elf.SymbolTable;
import dev.orcinus.loader.format.ObjectText;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.graph.GraphText;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A writer of an object's tables as text, in the file's order. */
final class ElfText implements ObjectText {
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
    private final Optional<SymbolTable> table;
    private final Appendable out;

    /** Reads the symbol table of an object. */
    ElfText(ElfFile file, Appendable out) throws MalformedFileException {
        this.file = file;
        this.table = SymbolTable.of(file);
        this.out = out;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, MalformedFileException;
    }

    private static void write(Step step) throws IOException {
        try {
            step.run();
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    @Override
    public void writeSections() throws IOException {
        write(this::writeSectionTable);
    }

    @Override
    public void writeSymbols() throws IOException {
        write(this::writeSymbolTable);
    }

    @Override
    public void writeRelocations() throws IOException {
        write(this::writeRelocationTables);
    }

    private void writeSectionTable() throws IOException, MalformedFileException {
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

    private String name(SectionHeader section) throws MalformedFileException {
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

    private void writeSymbolTable() throws IOException, MalformedFileException {
        line("symbols: %d", table.map(SymbolTable::count).orElse(0));
        if (table.isPresent()) {
            for (int i = 1; i < table.get().count(); i++) {
                writeSymbol(table.get(), i);
            }
        }
    }

    private void writeSymbol(SymbolTable symbols, int i)
            throws IOException, MalformedFileException {
        line(
                "  [%d] %s %s %s%s in %s, value 0x%x, size 0x%x",
                i,
                symbol(symbols, i),
                name(BINDINGS, symbols.binding(i)),
                name(SYMBOL_TYPES, symbols.type(i)),
                VISIBILITIES[symbols.visibility(i)],
                section(symbols, i),
                symbols.value(i),
                symbols.sizeBytes(i));
    }

    private static String name(String[] names, int value) {
        return value < names.length ? names[value] : Integer.toString(value);
    }

    private static String section(SymbolTable symbols, int symbol) throws MalformedFileException {
        int index = symbols.section(symbol);
        if (!symbols.isReserved(symbol)) {
            return Integer.toUnsignedString(index);
        }
        return switch (index) {
            case Elf.SHN_UNDEF -> "UNDEF";
            case Elf.SHN_ABS -> "ABS";
            case Elf.SHN_COMMON -> "COMMON";
            default -> "0x" + Integer.toHexString(index);
        };
    }

    /**
     * Returns the name of a symbol. A section's symbol usually has no name of its own, so it gets
     * the section's name.
     */
    private String symbol(SymbolTable symbols, int symbol) throws MalformedFileException {
        Optional<SectionHeader> section = symbols.sectionOf(symbol);
        return section.isPresent()
                ? name(section.get())
                : GraphText.printable(symbols.name(symbol));
    }

    private void writeRelocationTables() throws IOException, MalformedFileException {
        ElfMachine machine = ElfMachine.of(file);
        for (SectionHeader section : file.sections()) {
            if (RelocationTable.isOne(section)) {
                writeRelocations(section, machine);
            }
        }
    }

    private void writeRelocations(SectionHeader section, ElfMachine machine)
            throws IOException, MalformedFileException {
        RelocationTable relocations = RelocationTable.of(file, section);
        line("relocations %s: %d", name(section), relocations.count());
        for (int i = 0; i < relocations.count(); i++) {
            line(
                    "  0x%x %s(%d) %s%s",
                    relocations.offset(i),
                    machine.nameOf(relocations.type(i)),
                    relocations.type(i),
                    target(relocations.symbol(i), relocations.at(i)),
                    relocations.hasAddends() ? addend(relocations.addend(i)) : "");
        }
    }

    private String target(int symbol, long at) throws MalformedFileException {
        if (table.isEmpty()) {
            throw file.bytes().malformed(at, "a relocation without a symbol table");
        }
        table.get().require(symbol, at, "a relocation");
        return symbol == 0 ? "" : symbol(table.get(), symbol);
    }

    private static String addend(long addend) {
        return (addend < 0 ? " - 0x" : " + 0x") + Long.toHexString(Math.abs(addend));
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be this module's only library
    private void line(String format, Object... arguments) throws IOException {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
