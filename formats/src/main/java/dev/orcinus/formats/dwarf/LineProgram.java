package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.MalformedFileException;

/**
 * The line tables of an object, which are run unit by unit. Source: DWARF 5, 6.2.5 "The Line Number
 * Program". Used once, by one thread.
 */
final class LineProgram {
    /** The most opcodes that are run, which takes some tenths of a second. */
    private static final long MOST_STEPS = 20_000_000;

    private final LineSections sections;
    private final Rows rows;
    private final CompilationFolders folders;
    private long steps;

    private LineHeader header;
    private long address;
    private int file;
    private int line;

    private boolean hasRow;
    private long rowAddress;
    private int rowFile;
    private int rowLine;

    /** What gets the rows of the tables. */
    interface Rows {
        /**
         * Takes a row.
         *
         * @param start the first address that it describes
         * @param end the first address that it does not describe any more
         * @param header of its unit, which names files
         * @param file the file's index
         * @param line the line, from 1
         */
        void row(long start, long end, LineHeader header, int file, int line);

        /** Returns whether no more rows are wanted. */
        boolean hasAll();
    }

    private LineProgram(LineSections sections, Rows rows) {
        this.sections = sections;
        this.rows = rows;
        this.folders = new CompilationFolders(sections);
    }

    /** Runs all tables. What is malformed is left out: rows that came before it are right. */
    static void run(LineSections sections, Rows rows) {
        try {
            new LineProgram(sections, rows).runUnits();
        } catch (MalformedFileException e) {
            // what has been found before is right
        }
    }

    private void runUnits() throws MalformedFileException {
        DwarfCursor in = DwarfCursor.of(sections.lines());
        while (in.hasMore() && goesOn()) {
            long start = in.position();
            DwarfCursor unit = in.take(in.initialLength());
            try {
                runUnit(unit, start);
            } catch (MalformedFileException e) {
                hasRow = false; // other units may be right
            }
        }
    }

    private boolean goesOn() {
        return steps < MOST_STEPS && !rows.hasAll();
    }

    private void runUnit(DwarfCursor unit, long start) throws MalformedFileException {
        header = LineHeader.read(unit, start, sections, folders);
        startSequence();
        while (unit.hasMore() && goesOn()) {
            steps++;
            step(unit);
        }
    }

    private void startSequence() {
        hasRow = false;
        address = 0;
        file = 1;
        line = 1;
    }

    private void step(DwarfCursor in) throws MalformedFileException {
        int opcode = in.u8();
        if (opcode >= header.firstSpecial()) {
            special(in, opcode - header.firstSpecial());
            addRow();
        } else if (opcode == 0) {
            extended(in.take(in.uleb()));
        } else {
            standard(in, opcode);
        }
    }

    /** Advances address and line by the operand of a special opcode. */
    private void special(DwarfCursor in, int operand) throws MalformedFileException {
        if (header.lineRange() == 0) {
            throw in.malformed("line_range is 0");
        }
        advance(operand / header.lineRange());
        line += header.lineBase() + operand % header.lineRange();
    }

    private void advance(long units) {
        address += units * header.minimumLength();
    }

    private void extended(DwarfCursor in) throws MalformedFileException {
        if (!in.hasMore()) {
            return;
        }
        switch (in.u8()) {
            case 1 -> { // DW_LNE_end_sequence
                addRow();
                startSequence();
            }
            case 2 -> address = in.unsigned((int) in.remaining()); // DW_LNE_set_address
            case 3 -> header.addFile(in.text(), in); // DW_LNE_define_file
            default -> {}
        }
    }

    private void standard(DwarfCursor in, int opcode) throws MalformedFileException {
        switch (opcode) {
            case 1 -> addRow(); // DW_LNS_copy
            case 2 -> advance(in.uleb()); // DW_LNS_advance_pc
            case 3 -> line += (int) in.sleb(); // DW_LNS_advance_line
            case 4 -> file = in.smallUleb(); // DW_LNS_set_file
            case 8 -> { // DW_LNS_const_add_pc
                int before = line;
                special(in, 255 - header.firstSpecial());
                line = before;
            }
            case 9 -> address += in.u16(); // DW_LNS_fixed_advance_pc
            default -> {
                for (int i = 0; i < header.operandCount(opcode); i++) {
                    in.uleb();
                }
            }
        }
    }

    /** Ends the last row, which describes the addresses up to this one, and begins another. */
    private void addRow() {
        if (hasRow && rowLine > 0 && rowAddress < address) {
            rows.row(rowAddress, address, header, rowFile, rowLine);
        }
        hasRow = true;
        rowAddress = address;
        rowFile = file;
        rowLine = line;
    }
}
