package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.util.HashMap;
import java.util.Map;

/**
 * The folders that a compiler worked in, by the line tables of its units. Line tables before DWARF
 * 5 do not say them, but the units ({@code .debug_info}) of DWARF 2 to 4 do. They are read when the
 * first is asked for. Source: DWARF 4, 7.5 "Debugging Information Entry". Used by one thread.
 */
final class CompilationFolders {
    private static final int DW_AT_STMT_LIST = 0x10;
    private static final int DW_AT_COMP_DIR = 0x1b;

    /** As long as folders are together: many may be the same long text of a damaged file. */
    private static final long MOST_CHARS = 1 << 22;

    private final LineSections sections;
    private final Map<Long, String> folders = new HashMap<>();
    private boolean isRead;
    private long chars;

    CompilationFolders(LineSections sections) {
        this.sections = sections;
    }

    /** Returns the folder of the unit whose line table starts there; empty if nothing says it. */
    String of(long lineTable) {
        if (!isRead) {
            isRead = true;
            try {
                readUnits();
            } catch (MalformedFileException e) {
                // what has been found before is right
            }
        }
        return folders.getOrDefault(lineTable, "");
    }

    private void readUnits() throws MalformedFileException {
        DwarfCursor in = DwarfCursor.of(sections.units());
        while (in.hasMore() && chars < MOST_CHARS) {
            DwarfCursor unit = in.take(in.initialLength());
            try {
                readUnit(unit);
            } catch (MalformedFileException e) {
                // other units may be right
            }
        }
    }

    private void readUnit(DwarfCursor unit) throws MalformedFileException {
        int version = unit.u16();
        if (version < 2 || version > 4) {
            return;
        }
        long abbreviations = unit.offset();
        int addressBytes = unit.u8();
        DwarfCursor attributes = attributes(abbreviations, unit.uleb());
        long lineTable = -1;
        String folder = "";
        int name = attributes.smallUleb();
        int form = attributes.smallUleb();
        while (name != 0 || form != 0) {
            if (name == DW_AT_STMT_LIST) {
                lineTable = place(unit, form);
            } else if (name == DW_AT_COMP_DIR) {
                folder = text(unit, form);
            } else {
                skip(unit, form, addressBytes);
            }
            name = attributes.smallUleb();
            form = attributes.smallUleb();
        }
        chars += folder.length();
        folders.put(lineTable, folder);
    }

    /** Returns a cursor at the names and forms of an abbreviation's attributes. */
    private DwarfCursor attributes(long table, long wanted) throws MalformedFileException {
        FileBytes bytes = sections.abbreviations();
        DwarfCursor in = DwarfCursor.of(bytes);
        in.skip(table);
        for (long code = in.uleb(); code != 0; code = in.uleb()) {
            in.uleb(); // tag
            in.skip(1); // whether it has children
            if (code == wanted) {
                return in;
            }
            while (in.uleb() + in.uleb() != 0) {
                // an attribute of another abbreviation
            }
        }
        throw in.malformed("the abbreviation " + wanted + " is missing");
    }

    private static long place(DwarfCursor unit, int form) throws MalformedFileException {
        return switch (form) {
            case 0x06 -> unit.u32(); // DW_FORM_data4
            case 0x07 -> unit.u64(); // DW_FORM_data8
            case 0x17 -> unit.offset(); // DW_FORM_sec_offset
            default -> throw unknown(unit, form);
        };
    }

    private String text(DwarfCursor unit, int form) throws MalformedFileException {
        return switch (form) {
            case 0x08 -> unit.text(); // DW_FORM_string
            case 0x0e -> string(unit); // DW_FORM_strp
            default -> throw unknown(unit, form);
        };
    }

    private String string(DwarfCursor unit) throws MalformedFileException {
        FileBytes strings = sections.strings();
        long offset = unit.offset();
        if (offset < 0 || offset >= strings.sizeBytes()) {
            throw unit.malformed("a folder is at 0x" + Long.toHexString(offset) + " of its table");
        }
        return strings.text(offset, strings.sizeBytes(), "a folder");
    }

    private static void skip(DwarfCursor unit, int form, int addressBytes)
            throws MalformedFileException {
        switch (form) {
            case 0x01 -> unit.skip(addressBytes); // DW_FORM_addr
            case 0x03 -> unit.skip(unit.u16()); // DW_FORM_block2
            case 0x04 -> unit.skip(unit.u32()); // DW_FORM_block4
            case 0x0b, 0x0c, 0x11 -> unit.skip(1); // DW_FORM_data1, flag, ref1
            case 0x05, 0x12 -> unit.skip(2); // DW_FORM_data2, ref2
            case 0x06, 0x13 -> unit.skip(Integer.BYTES); // DW_FORM_data4, ref4
            case 0x07, 0x14, 0x20 -> unit.skip(Long.BYTES); // DW_FORM_data8, ref8, ref_sig8
            case 0x08 -> unit.text();
            case 0x09, 0x18 -> unit.skip(unit.uleb()); // DW_FORM_block, exprloc
            case 0x0a -> unit.skip(unit.u8()); // DW_FORM_block1
            case 0x0d, 0x0f, 0x15 -> unit.uleb(); // DW_FORM_sdata, udata, ref_udata
            case 0x0e, 0x10, 0x17 -> unit.offset(); // DW_FORM_strp, ref_addr, sec_offset
            case 0x19 -> {} // DW_FORM_flag_present
            default -> throw unknown(unit, form);
        }
    }

    private static MalformedFileException unknown(DwarfCursor unit, int form) {
        return unit.malformed("a unit has the form 0x" + Integer.toHexString(form));
    }
}
