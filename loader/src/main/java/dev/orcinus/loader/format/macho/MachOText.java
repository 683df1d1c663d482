package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachFile;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.formats.macho.MachRelocation;
import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.formats.macho.MachSymbol;
import dev.orcinus.loader.format.ObjectText;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.graph.GraphText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A writer of an object's tables as text, in the file's order. */
final class MachOText implements ObjectText {
    private static final String[] TYPES = {
        "regular",
        "zerofill",
        "cstring_literals",
        "4byte_literals",
        "8byte_literals",
        "literal_pointers",
        "non_lazy_symbol_pointers",
        "lazy_symbol_pointers",
        "symbol_stubs",
        "mod_init_funcs",
        "mod_term_funcs",
        "coalesced",
        "gb_zerofill",
        "interposing",
        "16byte_literals",
        "dtrace_dof",
        "lazy_dylib_symbol_pointers",
        "thread_local_regular",
        "thread_local_zerofill",
        "thread_local_variables",
        "thread_local_variable_pointers",
        "thread_local_init_function_pointers",
        "init_func_offsets"
    };

    private final MachFile file;
    private final Appendable out;

    MachOText(MachFile file, Appendable out) {
        this.file = file;
        this.out = out;
    }

    @Override
    public void writeSections() throws IOException {
        line(
                "%s, %s%s",
                file.header().processor(),
                file.version().isPresent() ? file.version().get().text() : "no version",
                file.header().has(MachO.MH_SUBSECTIONS_VIA_SYMBOLS)
                        ? ", sections may be divided at symbols"
                        : "");
        for (List<String> option : file.linkerOptions()) {
            line("linker option: %s", GraphText.printable(String.join(" ", option)));
        }
        line("sections: %d", file.sections().size());
        for (MachSection section : file.sections()) {
            line(
                    "  [%d] %s %s%s at 0x%x, address 0x%x, 0x%x bytes, aligned to 0x%x",
                    section.ordinal(),
                    GraphText.printable(section.fullName()),
                    type(section.type()),
                    attributes(section.flags() & ~MachO.SECTION_TYPE),
                    section.offset(),
                    section.address(),
                    section.sizeBytes(),
                    section.alignmentBytes());
        }
    }

    private static String type(int type) {
        return type < TYPES.length ? TYPES[type] : "0x" + Integer.toHexString(type);
    }

    private static String attributes(int attributes) {
        return attributes == 0 ? "" : " +0x" + Integer.toHexString(attributes);
    }

    @Override
    public void writeSymbols() throws IOException {
        List<MachSymbol> symbols = file.symbols().symbols();
        line("symbols: %d", symbols.size());
        for (MachSymbol symbol : symbols) {
            line(
                    "  [%d] %s %s in %s, value 0x%x",
                    symbol.index(),
                    GraphText.printable(symbol.name()),
                    manner(symbol),
                    place(symbol),
                    symbol.value());
        }
    }

    private static String manner(MachSymbol symbol) {
        if (symbol.isForDebuggers()) {
            return "for debuggers 0x" + Integer.toHexString(symbol.type());
        }
        StringBuilder text = new StringBuilder();
        text.append(symbol.isPrivate() ? "private " : "");
        text.append(symbol.isExternal() ? "external" : "local");
        if (symbol.isUndefined()) {
            add(text, symbol, MachO.N_WEAK_REF, " weak");
        } else if (!symbol.isCommon()) {
            add(text, symbol, MachO.N_WEAK_DEF, " weak");
            add(text, symbol, MachO.N_ALT_ENTRY, " alt-entry");
            add(text, symbol, MachO.N_NO_DEAD_STRIP, " no-dead-strip");
            add(text, symbol, MachO.N_SYMBOL_RESOLVER, " resolver");
        }
        return text.toString();
    }

    private static void add(StringBuilder text, MachSymbol symbol, int flag, String name) {
        if (symbol.has(flag)) {
            text.append(name);
        }
    }

    private static String place(MachSymbol symbol) {
        if (symbol.isCommon()) {
            return "COMMON";
        }
        return switch (symbol.place()) {
            case MachO.N_UNDF, MachO.N_PBUD -> "UNDF";
            case MachO.N_ABS -> "ABS";
            case MachO.N_INDR -> "INDR";
            default -> Integer.toString(symbol.section());
        };
    }

    @Override
    public void writeRelocations() throws IOException {
        MachOMachine machine = MachOMachine.of(file);
        try {
            for (MachSection section : file.sections()) {
                if (section.relocationCount() != 0) {
                    write(section, machine);
                }
            }
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    private void write(MachSection section, MachOMachine machine)
            throws IOException, MalformedFileException {
        line(
                "relocations %s: %d",
                GraphText.printable(section.fullName()), section.relocationCount());
        for (MachRelocation relocation : file.relocations(section)) {
            line(
                    "  0x%x %s(%d) %s, %d bytes%s",
                    relocation.offset(),
                    machine.nameOf(relocation.type()),
                    relocation.type(),
                    target(relocation),
                    relocation.sizeBytes(),
                    relocation.isRelative() ? ", relative" : "");
        }
    }

    private String target(MachRelocation relocation) {
        int number = relocation.number();
        if (!relocation.isExternal()) {
            return "section " + number;
        }
        List<MachSymbol> symbols = file.symbols().symbols();
        return number < symbols.size()
                ? GraphText.printable(symbols.get(number).name())
                : "symbol " + number;
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be this module's only library
    private void line(String format, Object... arguments) throws IOException {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
