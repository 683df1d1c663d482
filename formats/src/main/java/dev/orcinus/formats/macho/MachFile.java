package dev.orcinus.formats.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tables of a file. Relocations are read when they are asked for. */
public final class MachFile {
    private static final int SEGMENT_BYTES = 72;
    private static final int SECTION_COUNT = 64;
    private static final int DYSYMTAB_BYTES = 80;
    private static final int LINKEDIT_BYTES = 16;
    private static final int DATA_IN_CODE_ENTRY_BYTES = 8;
    private static final int LINKER_OPTION_BYTES = 12;

    /** What {@code n_sect} can count. */
    private static final int MOST_SECTIONS = 255;

    private final FileBytes bytes;
    private final MachHeader header;
    private final List<LoadCommand> commands;
    private final List<MachSection> sections = new ArrayList<>();
    private final List<List<String>> linkerOptions = new ArrayList<>();
    private List<DataInCode> dataInCode;
    private MachSymbolTable symbols;
    private BuildVersion version;

    /**
     * A range of code that holds data ({@code data_in_code_entry}).
     *
     * @param offset {@code offset}, from the start of the object's address space
     * @param sizeBytes {@code length}
     * @param kind {@code kind}
     */
    public record DataInCode(long offset, int sizeBytes, int kind) {}

    private MachFile(FileBytes bytes, MachHeader header, List<LoadCommand> commands) {
        this.bytes = bytes;
        this.header = header;
        this.commands = commands;
    }

    /** Reads the tables of a file. */
    public static MachFile read(FileBytes bytes) throws MalformedFileException {
        MachHeader header = MachHeader.read(bytes);
        MachFile file = new MachFile(bytes, header, LoadCommand.readAll(bytes, header));
        file.readSegments();
        for (LoadCommand command : file.commands) {
            file.read(command);
        }
        if (file.symbols == null) {
            file.symbols = MachSymbolTable.none(bytes);
        }
        if (file.dataInCode == null) {
            file.dataInCode = List.of();
        }
        return file;
    }

    /** Symbols refer to sections, whose commands may follow. */
    private void readSegments() throws MalformedFileException {
        for (LoadCommand command : commands) {
            if (command.type() == MachO.LC_SEGMENT_64) {
                readSegment(command);
            }
        }
        requireRoom();
    }

    /** Sections that share bytes could make much of a small file. */
    private void requireRoom() throws MalformedFileException {
        long sizeBytes = 0;
        for (MachSection section : sections) {
            sizeBytes += section.fileBytes();
            if (sizeBytes > bytes.sizeBytes()) {
                throw bytes.malformed(
                        section.headerOffset(),
                        """
                        %s: the sections up to it have 0x%x bytes of content and relocations; \
                        the file has 0x%x bytes"""
                                .formatted(section.what(), sizeBytes, bytes.sizeBytes()));
            }
        }
    }

    private void readSegment(LoadCommand command) throws MalformedFileException {
        command.require(bytes, SEGMENT_BYTES);
        long count = Integer.toUnsignedLong(bytes.u32(command.offset() + SECTION_COUNT));
        if (count > (command.sizeBytes() - SEGMENT_BYTES) / MachSection.BYTES
                || sections.size() + count > MOST_SECTIONS) {
            throw command.malformed(
                    bytes,
                    SECTION_COUNT,
                    "nsects is %d; cmdsize is 0x%x, and files have at most %d sections"
                            .formatted(count, command.sizeBytes(), MOST_SECTIONS));
        }
        for (int i = 0; i < count; i++) {
            long at = command.offset() + SEGMENT_BYTES + (long) i * MachSection.BYTES;
            sections.add(MachSection.read(bytes, at, sections.size() + 1));
        }
    }

    private void read(LoadCommand command) throws MalformedFileException {
        switch (command.type()) {
            case MachO.LC_SYMTAB -> readSymbols(command);
            case MachO.LC_DYSYMTAB -> command.require(bytes, DYSYMTAB_BYTES);
            case MachO.LC_DATA_IN_CODE -> readDataInCode(command);
            case MachO.LC_LINKER_OPTION -> readLinkerOption(command);
            case MachO.LC_BUILD_VERSION,
                    MachO.LC_VERSION_MIN_MACOSX,
                    MachO.LC_VERSION_MIN_IPHONEOS,
                    MachO.LC_VERSION_MIN_TVOS,
                    MachO.LC_VERSION_MIN_WATCHOS ->
                    version = BuildVersion.read(bytes, command);
            default -> {} // says nothing that a linker has to know
        }
    }

    private void readSymbols(LoadCommand command) throws MalformedFileException {
        if (symbols != null) {
            throw command.malformed(bytes, 0, "the file has a symbol table already");
        }
        symbols = MachSymbolTable.read(bytes, command, sections.size());
    }

    private void readDataInCode(LoadCommand command) throws MalformedFileException {
        if (dataInCode != null) {
            throw command.malformed(bytes, 0, "the file has a table of data in code already");
        }
        command.require(bytes, LINKEDIT_BYTES);
        long start = Integer.toUnsignedLong(bytes.u32(command.offset() + 8));
        long sizeBytes = Integer.toUnsignedLong(bytes.u32(command.offset() + 12));
        bytes.require(start, sizeBytes, "the table of data in code (dataoff, datasize)");
        if (sizeBytes % DATA_IN_CODE_ENTRY_BYTES != 0) {
            throw command.malformed(
                    bytes,
                    12,
                    "datasize is 0x%x; entries take 0x%x bytes"
                            .formatted(sizeBytes, DATA_IN_CODE_ENTRY_BYTES));
        }
        dataInCode = new ArrayList<>();
        for (long at = start; at < start + sizeBytes; at += DATA_IN_CODE_ENTRY_BYTES) {
            dataInCode.add(
                    new DataInCode(
                            Integer.toUnsignedLong(bytes.u32(at)),
                            bytes.u16(at + 4),
                            bytes.u16(at + 6)));
        }
    }

    private void readLinkerOption(LoadCommand command) throws MalformedFileException {
        command.require(bytes, LINKER_OPTION_BYTES);
        long count = Integer.toUnsignedLong(bytes.u32(command.offset() + 8));
        if (count > command.sizeBytes()) {
            throw command.malformed(bytes, 8, "count is %d".formatted(count));
        }
        List<String> words = new ArrayList<>();
        long at = command.offset() + LINKER_OPTION_BYTES;
        long end = command.offset() + command.sizeBytes();
        for (int i = 0; i < count; i++) {
            String word = bytes.text(at, end, "word %d of a linker option".formatted(i));
            words.add(word);
            at = afterZero(at);
        }
        linkerOptions.add(List.copyOf(words));
    }

    /** Returns where the text after the one at an offset starts; that one has an end. */
    private long afterZero(long offset) {
        long at = offset;
        while (bytes.u8(at) != 0) {
            at++;
        }
        return at + 1;
    }

    /** Returns the bytes of the file. */
    public FileBytes bytes() {
        return bytes;
    }

    /** Returns the header. */
    public MachHeader header() {
        return header;
    }

    /** Returns the load commands, in the file's order. */
    public List<LoadCommand> commands() {
        return List.copyOf(commands);
    }

    /** Returns the sections of all segments; the first has the ordinal 1. */
    public List<MachSection> sections() {
        return List.copyOf(sections);
    }

    /** Returns the symbols. */
    public MachSymbolTable symbols() {
        return symbols;
    }

    /** Returns the system that the file was compiled for, if it says so. */
    public Optional<BuildVersion> version() {
        return Optional.ofNullable(version);
    }

    /** Returns what the file wants a linker to be called with, in groups of words. */
    public List<List<String>> linkerOptions() {
        return List.copyOf(linkerOptions);
    }

    /** Returns the ranges of code that hold data. */
    public List<DataInCode> dataInCode() {
        return List.copyOf(dataInCode);
    }

    /** Returns the content of a section that is not zero-filled. */
    public MemorySegment content(MachSection section) {
        return bytes.bytes().asSlice(section.offset(), section.sizeBytes());
    }

    /** Returns the relocations of a section, in the file's order. */
    public List<MachRelocation> relocations(MachSection section) throws MalformedFileException {
        List<MachRelocation> relocations = new ArrayList<>(section.relocationCount());
        for (int i = 0; i < section.relocationCount(); i++) {
            long at = section.relocationsOffset() + (long) i * MachRelocation.BYTES;
            relocations.add(MachRelocation.read(bytes, at, section));
        }
        return relocations;
    }
}
