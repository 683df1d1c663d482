package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a unit's line table, versions 2 to 5. Source: DWARF 5, 6.2.4 "The Line Number
 * Program Header".
 */
final class LineHeader {
    private static final int DW_LNCT_PATH = 1;
    private static final int DW_LNCT_DIRECTORY_INDEX = 2;

    private static final String UNKNOWN = "?";

    private static final int MOST_NAMES = 1 << 16;

    /** As long as names are together: many may be the same long text of a damaged file. */
    private static final long MOST_NAME_CHARS = 1 << 22;

    private final LineSections sections;
    private final List<String> directories = new ArrayList<>();
    private final List<Name> files = new ArrayList<>();
    private final int version;
    private final long start;
    private final CompilationFolders folders;
    private long nameChars;
    private int minimumLength;
    private int lineBase;
    private int lineRange;
    private int[] operandCounts;

    /** A name, and the index of its directory. */
    private record Name(String text, int directory) {}

    private LineHeader(LineSections sections, int version, long start, CompilationFolders folders) {
        this.sections = sections;
        this.version = version;
        this.start = start;
        this.folders = folders;
    }

    /**
     * Reads the header of a unit.
     *
     * @param unit the unit behind its length; afterwards it stands at the program
     * @param start where in the section the unit starts, with its length
     */
    static LineHeader read(
            DwarfCursor unit, long start, LineSections sections, CompilationFolders folders)
            throws MalformedFileException {
        LineHeader header = new LineHeader(sections, unit.u16(), start, folders);
        if (header.version < 2 || header.version > 5) {
            throw unit.malformed("the line table has the version " + header.version);
        }
        header.readNumbers(unit);
        return header;
    }

    private void readNumbers(DwarfCursor unit) throws MalformedFileException {
        if (version >= 5) {
            unit.skip(2); // address_size, segment_selector_size
        }
        DwarfCursor in = unit.take(unit.offset());
        minimumLength = in.u8();
        if (version >= 4) {
            in.skip(1); // maximum_operations_per_instruction
        }
        in.skip(1); // default_is_stmt
        lineBase = (byte) in.u8();
        lineRange = in.u8();
        operandCounts = new int[in.u8()];
        for (int i = 1; i < operandCounts.length; i++) {
            operandCounts[i] = in.u8();
        }
        if (version >= 5) {
            readEntries(in).forEach(directory -> directories.add(directory.text));
            files.addAll(readEntries(in));
        } else {
            readNames(in);
        }
    }

    /** Reads the lists of versions 2 to 4, whose numbers start at 1. */
    private void readNames(DwarfCursor in) throws MalformedFileException {
        directories.add("");
        for (String text = in.text(); !text.isEmpty(); text = in.text()) {
            directories.add(text);
        }
        files.add(new Name("", 0));
        for (String text = in.text(); !text.isEmpty(); text = in.text()) {
            addFile(text, in);
        }
    }

    /** Adds a file to the list, as the program of versions 2 to 4 may do, too. */
    void addFile(String text, DwarfCursor in) throws MalformedFileException {
        files.add(new Name(text, in.smallUleb()));
        in.uleb(); // time
        in.uleb(); // length
    }

    private List<Name> readEntries(DwarfCursor in) throws MalformedFileException {
        int[] types = new int[in.u8()];
        int[] forms = new int[types.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = in.smallUleb();
            forms[i] = in.smallUleb();
        }
        int count = in.smallUleb();
        if (count > MOST_NAMES || (types.length == 0 && count > 0)) {
            throw in.malformed("the line table has " + count + " names");
        }
        List<Name> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(readEntry(in, types, forms));
        }
        return entries;
    }

    private Name readEntry(DwarfCursor in, int[] types, int[] forms) throws MalformedFileException {
        String text = "";
        int directory = 0;
        for (int i = 0; i < types.length; i++) {
            if (types[i] == DW_LNCT_PATH) {
                text = text(in, forms[i]);
            } else if (types[i] == DW_LNCT_DIRECTORY_INDEX) {
                directory = number(in, forms[i]);
            } else {
                skip(in, forms[i]);
            }
        }
        return new Name(text, directory);
    }

    private String text(DwarfCursor in, int form) throws MalformedFileException {
        return switch (form) {
            case 0x08 -> in.text(); // DW_FORM_string
            case 0x0e -> string(sections.strings(), in.offset(), in); // DW_FORM_strp
            case 0x1f -> string(sections.lineStrings(), in.offset(), in); // DW_FORM_line_strp
            default -> throw unknown(in, form);
        };
    }

    private String string(FileBytes table, long offset, DwarfCursor in)
            throws MalformedFileException {
        if (offset < 0 || offset >= table.sizeBytes()) {
            throw in.malformed("a name is at 0x" + Long.toHexString(offset) + " of its table");
        }
        String text = table.text(offset, table.sizeBytes(), "a name");
        nameChars += text.length();
        if (nameChars > MOST_NAME_CHARS) {
            throw in.malformed("the names of the line table are too long");
        }
        return text;
    }

    private static int number(DwarfCursor in, int form) throws MalformedFileException {
        return switch (form) {
            case 0x0b -> in.u8(); // DW_FORM_data1
            case 0x05 -> in.u16(); // DW_FORM_data2
            case 0x0f -> in.smallUleb(); // DW_FORM_udata
            default -> throw unknown(in, form);
        };
    }

    private static void skip(DwarfCursor in, int form) throws MalformedFileException {
        switch (form) {
            case 0x08 -> in.text();
            case 0x0e, 0x1f -> in.offset();
            case 0x0b -> in.skip(1);
            case 0x05 -> in.skip(2);
            case 0x06 -> in.skip(Integer.BYTES); // DW_FORM_data4
            case 0x07 -> in.skip(Long.BYTES); // DW_FORM_data8
            case 0x1e -> in.skip(2 * Long.BYTES); // DW_FORM_data16: MD5
            case 0x0f -> in.uleb();
            case 0x09 -> in.skip(in.uleb()); // DW_FORM_block
            default -> throw unknown(in, form);
        }
    }

    private static MalformedFileException unknown(DwarfCursor in, int form) {
        return in.malformed("the line table has the form 0x" + Integer.toHexString(form));
    }

    /** Returns the name of a file, with its directory unless the compiler worked there. */
    String file(int index) {
        if (index < 0 || index >= files.size()) {
            return UNKNOWN;
        }
        Name name = files.get(index);
        boolean hasDirectory = name.directory > 0 && name.directory < directories.size();
        String directory = hasDirectory ? directories.get(name.directory) : ".";
        return directory.equals(".") || name.text.startsWith("/")
                ? name.text
                : directory + "/" + name.text;
    }

    /**
     * Returns the path of a file. It is relative if the compiler was told so and nothing says where
     * the compiler worked.
     */
    String path(int index) {
        String file = file(index);
        if (file.startsWith("/") || file.equals(UNKNOWN)) {
            return file;
        }
        String folder = folder();
        return folder.isEmpty() ? file : folder + "/" + file;
    }

    /** Returns the folder that the compiler worked in; before DWARF 5, its unit says it. */
    private String folder() {
        if (version < 5) {
            return folders.of(start);
        }
        return directories.isEmpty() ? "" : directories.getFirst();
    }

    int minimumLength() {
        return minimumLength;
    }

    int lineBase() {
        return lineBase;
    }

    int lineRange() {
        return lineRange;
    }

    /** Returns {@code opcode_base}: the first special opcode. */
    int firstSpecial() {
        return operandCounts.length;
    }

    /** Returns how many operands a standard opcode has. */
    int operandCount(int opcode) {
        return operandCounts[opcode];
    }
}
