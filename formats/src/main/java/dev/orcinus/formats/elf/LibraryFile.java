package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The symbols that a shared library defines, with their versions, and what it needs. Source: the
 * LSB, "Symbol Versioning"; the ELF gABI, "Dynamic Linking". One thread at a time may use it.
 */
public final class LibraryFile {
    private static final int HIDDEN = 0x8000;
    private static final int INDEX_MASK = 0x7fff;
    private static final int FIRST_VERSION = 2;
    private static final int DEFINITION_BYTES = 20;
    private static final int NEED_BYTES = 16;
    private static final int DYNAMIC_BYTES = 16;

    private final ElfFile file;
    private final SymbolTable symbols;
    private final SectionHeader versions;
    private final Map<Integer, String> versionNames = new HashMap<>();

    private LibraryFile(ElfFile file, SymbolTable symbols) throws MalformedFileException {
        this.file = file;
        this.symbols = symbols;
        SectionHeader indices = null;
        for (SectionHeader section : file.sections()) {
            if (section.type() == Elf.SHT_GNU_VERSYM) {
                indices = section;
            } else if (section.type() == Elf.SHT_GNU_VERDEF) {
                readVersions(section);
            } else if (section.type() == Elf.SHT_GNU_VERNEED) {
                readNeededVersions(section);
            }
        }
        versions = indices;
        if (versions != null && versions.sizeBytes() / Short.BYTES < symbols.count()) {
            throw file.bytes().malformed(versions.offset(), "symbols without a version number");
        }
    }

    /**
     * A symbol.
     *
     * @param name its name
     * @param version its version; empty if it has none
     * @param isDefault whether a reference without a version is bound to it
     * @param type {@code ELF64_ST_TYPE(st_info)}, with {@link Elf#STT_FUNC} for code without a type
     * @param visibility {@code ELF64_ST_VISIBILITY(st_other)}
     * @param value {@code st_value}
     * @param sizeBytes {@code st_size}
     * @param alignmentBytes what is known of its alignment
     */
    public record Symbol(
            String name,
            String version,
            boolean isDefault,
            int type,
            int visibility,
            long value,
            long sizeBytes,
            long alignmentBytes) {
        /** Returns whether it is code. */
        public boolean isFunction() {
            return type == Elf.STT_FUNC || type == Elf.STT_GNU_IFUNC;
        }
    }

    /** Reads a library; empty if it has no dynamic symbols. */
    public static Optional<LibraryFile> read(FileBytes bytes) throws MalformedFileException {
        ElfFile file = ElfFile.read(bytes);
        Optional<SymbolTable> symbols = SymbolTable.dynamic(file);
        return symbols.isEmpty()
                ? Optional.empty()
                : Optional.of(new LibraryFile(file, symbols.get()));
    }

    private void readVersions(SectionHeader section) throws MalformedFileException {
        SectionHeader strings = strings(section);
        FileBytes bytes = file.bytes();
        long at = section.offset();
        for (int left = section.info(); left > 0; left--) {
            bytes.require(at, DEFINITION_BYTES, "a version definition");
            int index = bytes.u16(at + 4) & INDEX_MASK;
            long name = at + Integer.toUnsignedLong(bytes.u32(at + 12));
            bytes.require(name, Integer.BYTES, "a version's name");
            versionNames.put(index, file.string(strings, bytes.u32(name), "a version's name"));
            at += Integer.toUnsignedLong(bytes.u32(at + 16));
        }
    }

    /** Reads the versions of other libraries: for each library, what is needed of it. */
    private void readNeededVersions(SectionHeader section) throws MalformedFileException {
        SectionHeader strings = strings(section);
        FileBytes bytes = file.bytes();
        long at = section.offset();
        for (int left = section.info(); left > 0; left--) {
            bytes.require(at, NEED_BYTES, "a library's versions");
            long version = at + Integer.toUnsignedLong(bytes.u32(at + 8));
            for (int inside = bytes.u16(at + 2); inside > 0; inside--) {
                bytes.require(version, NEED_BYTES, "a needed version");
                int index = bytes.u16(version + 6) & INDEX_MASK;
                int name = bytes.u32(version + 8);
                versionNames.put(index, file.string(strings, name, "a version's name"));
                version += Integer.toUnsignedLong(bytes.u32(version + 12));
            }
            at += Integer.toUnsignedLong(bytes.u32(at + 12));
        }
    }

    private SectionHeader strings(SectionHeader section) throws MalformedFileException {
        return file.requireStrings(
                file.section(section.link(), "the names' table", section.offset()));
    }

    /**
     * Returns a symbol.
     *
     * @param version its version; empty for the one that a reference without a version is bound to
     */
    public Optional<Symbol> find(String name, String version) throws MalformedFileException {
        for (int i = 1; i < symbols.count(); i++) {
            if (isDefined(i)
                    && symbols.name(i).equals(name)
                    && (version.isEmpty() ? isDefault(i) : version.equals(version(i)))) {
                return Optional.of(symbol(i));
            }
        }
        return Optional.empty();
    }

    /** Returns the names of the libraries that it needs ({@code DT_NEEDED}). */
    public List<String> needed() throws MalformedFileException {
        return texts(Elf.DT_NEEDED);
    }

    /**
     * Returns the folders, separated by colons, in which the dynamic linker looks for these first
     * ({@code DT_RUNPATH}, {@code DT_RPATH}).
     */
    public List<String> searchPaths() throws MalformedFileException {
        List<String> paths = new ArrayList<>(texts(Elf.DT_RUNPATH));
        paths.addAll(texts(Elf.DT_RPATH));
        return paths;
    }

    /** Returns the texts of the entries of the dynamic table that have a tag. */
    private List<String> texts(int tag) throws MalformedFileException {
        List<String> texts = new ArrayList<>();
        FileBytes bytes = file.bytes();
        for (SectionHeader section : file.sections()) {
            if (section.type() != Elf.SHT_DYNAMIC) {
                continue;
            }
            SectionHeader strings = strings(section);
            long end = section.offset() + section.sizeBytes() - DYNAMIC_BYTES;
            for (long at = section.offset(); at <= end; at += DYNAMIC_BYTES) {
                if (bytes.u64(at) == tag) {
                    int name = (int) bytes.u64(at + Long.BYTES);
                    texts.add(file.string(strings, name, "the text of a dynamic entry"));
                }
            }
        }
        return texts;
    }

    /** Takes what a library imports. */
    @FunctionalInterface
    public interface Imports {
        /**
         * Takes a symbol.
         *
         * @param version its version; empty if it has none
         * @param isWeak whether the library does without it
         */
        void take(String name, String version, boolean isWeak);
    }

    /** Takes what a library defines. */
    @FunctionalInterface
    public interface Exports {
        /**
         * Takes a symbol.
         *
         * @param version its version; empty if it has none
         * @param isDefault whether a reference without a version is bound to it
         * @param contentBytes the size of its data with content in the file; 0 if it is anything
         *     else
         */
        void take(String name, String version, boolean isDefault, long contentBytes);
    }

    /** Shows the symbols that it imports. */
    public void imports(Imports imports) throws MalformedFileException {
        for (int i = 1; i < symbols.count(); i++) {
            if (symbols.section(i) == Elf.SHN_UNDEF) {
                imports.take(symbols.name(i), version(i), symbols.binding(i) == Elf.STB_WEAK);
            }
        }
    }

    /** Shows the symbols that it defines. */
    public void exports(Exports exports) throws MalformedFileException {
        for (int i = 1; i < symbols.count(); i++) {
            if (isDefined(i)) {
                exports.take(symbols.name(i), version(i), isDefault(i), contentBytes(i));
            }
        }
    }

    private long contentBytes(int symbol) throws MalformedFileException {
        if (symbols.type(symbol) != Elf.STT_OBJECT) {
            return 0;
        }
        SectionHeader section = file.section(symbols.section(symbol), "the section of a symbol", 0);
        return section.type() == Elf.SHT_NOBITS ? 0 : symbols.sizeBytes(symbol);
    }

    /** Returns the name of a thread-local that it exports, if it has one. */
    public Optional<String> threadLocal() throws MalformedFileException {
        for (int i = 1; i < symbols.count(); i++) {
            if (symbols.type(i) == Elf.STT_TLS && isDefined(i) && isDefault(i)) {
                return Optional.of(symbols.name(i));
            }
        }
        return Optional.empty();
    }

    /** Returns all names of the place of a variable, its own first. */
    public List<Symbol> namesOf(Symbol variable) throws MalformedFileException {
        List<Symbol> names = new ArrayList<>(List.of(variable));
        for (int i = 1; i < symbols.count(); i++) {
            if (isDefined(i)
                    && symbols.value(i) == variable.value
                    && symbols.type(i) == variable.type
                    && !(symbols.name(i).equals(variable.name)
                            && version(i).equals(variable.version))) {
                names.add(symbol(i));
            }
        }
        return names;
    }

    private boolean isDefined(int symbol) {
        return !symbols.isReserved(symbol)
                && symbols.binding(symbol) != Elf.STB_LOCAL
                && symbols.type(symbol) != Elf.STT_SECTION;
    }

    private boolean isDefault(int symbol) {
        return (versionIndex(symbol) & HIDDEN) == 0;
    }

    private int versionIndex(int symbol) {
        return versions == null
                ? 0
                : file.bytes().u16(versions.offset() + (long) symbol * Short.BYTES);
    }

    private String version(int symbol) {
        int index = versionIndex(symbol) & INDEX_MASK;
        return index < FIRST_VERSION ? "" : versionNames.getOrDefault(index, "");
    }

    private Symbol symbol(int i) throws MalformedFileException {
        int index = symbols.section(i);
        SectionHeader section = file.section(index, "the section of a symbol", 0);
        boolean isCode = section.has(Elf.SHF_EXECINSTR);
        long value = symbols.value(i);
        long lowestBit = Long.lowestOneBit(value | section.alignmentBytes());
        return new Symbol(
                symbols.name(i),
                version(i),
                isDefault(i),
                symbols.type(i) == Elf.STT_NOTYPE && isCode ? Elf.STT_FUNC : symbols.type(i),
                symbols.visibility(i),
                value,
                symbols.sizeBytes(i),
                lowestBit);
    }
}
