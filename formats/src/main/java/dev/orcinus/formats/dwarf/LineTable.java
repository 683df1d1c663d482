package dev.orcinus.formats.dwarf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * The line tables of an object, read to their end, for those who want the lines of whole functions.
 * It does not change.
 */
public final class LineTable {
    /** As many rows as are kept; an object of ten megabytes of code has fewer. */
    private static final int MOST_ROWS = 1 << 20;

    private final TreeMap<Long, Row> rows = new TreeMap<>();

    private LineTable() {}

    /**
     * A row of the tables.
     *
     * @param start the first address that it describes
     * @param line the line, whose file has the whole path if the tables say which (DWARF 5)
     */
    public record Row(long start, SourceLine line) {}

    /**
     * Reads all tables. What is malformed is left out, and so is what comes after a million of
     * rows.
     *
     * @param sections with the addresses of the code, which are below 2^63
     */
    public static LineTable read(LineSections sections) {
        LineTable table = new LineTable();
        LineProgram.run(sections, table.new All());
        return table;
    }

    /** Returns the rows that begin in a range, in the order of their addresses. */
    public List<Row> within(long start, long end) {
        Collection<Row> within = start < end ? rows.subMap(start, end).values() : List.of();
        return new ArrayList<>(within);
    }

    private final class All implements LineProgram.Rows {
        @Override
        public void row(long start, long end, LineHeader header, int file, int line) {
            rows.put(start, new Row(start, new SourceLine(header.path(file), line)));
        }

        @Override
        public boolean hasAll() {
            return rows.size() >= MOST_ROWS;
        }
    }
}
