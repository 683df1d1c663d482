package dev.orcinus.formats.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The line tables of an object, read to their end, for those who want the lines of whole functions.
 * A row takes 16 bytes, and each file of a unit has one text. It does not change.
 */
public final class LineTable {
    /** As many rows as are kept; an object of ten megabytes of code has fewer. */
    private static final int MOST_ROWS = 1 << 20;

    private static final long MOST_PATH_CHARS = 1 << 22;

    private final long[] starts;
    private final String[] files;
    private final int[] lines;

    /** Sorts rows; of those that start at the same address the first one with a line is right. */
    private LineTable(Unsorted rows) {
        starts = Arrays.stream(rows.starts, 0, rows.count).sorted().distinct().toArray();
        files = new String[starts.length];
        lines = new int[starts.length];
        for (int i = 0; i < rows.count; i++) {
            int place = Arrays.binarySearch(starts, rows.starts[i]);
            if (lines[place] == 0) {
                files[place] = rows.files[i];
                lines[place] = rows.lines[i];
            }
        }
    }

    /**
     * A row of the tables.
     *
     * @param start the first address that it describes
     * @param file the path of its file, the whole one if the debug info says it
     * @param line the line, from 1; 0 where code begins that has no line
     */
    public record Row(long start, String file, int line) {}

    /**
     * Reads all tables. What is malformed is left out, and so is what comes after a million of
     * rows.
     *
     * @param sections with the addresses of the code, which are below 2^63
     */
    public static LineTable read(LineSections sections) {
        Unsorted rows = new Unsorted();
        LineProgram.run(sections, rows);
        rows.endCode();
        return new LineTable(rows);
    }

    /**
     * Returns the rows of a range, in the order of their addresses. A row that begins before the
     * range and reaches into it begins where the range does.
     *
     * @param most as many rows as are wanted; there is none if the range has more
     */
    public List<Row> within(long start, long end, int most) {
        int from = from(start);
        int to = place(end);
        if (start >= end || to - from > most) {
            return List.of();
        }
        List<Row> within = new ArrayList<>(Math.max(0, to - from));
        for (int i = from; i < to; i++) {
            within.add(new Row(Math.max(start, starts[i]), files[i], lines[i]));
        }
        return within;
    }

    /** Returns the index of the row that has a line at an address, or else of the next row. */
    private int from(long start) {
        int place = place(start);
        boolean begins = place < starts.length && starts[place] == start;
        return begins || place == 0 || lines[place - 1] == 0 ? place : place - 1;
    }

    /** Returns the index of the first row that does not begin before an address. */
    private int place(long address) {
        int place = Arrays.binarySearch(starts, address);
        return place < 0 ? ~place : place;
    }

    /** The rows in the order of the tables, and one without a line where described code ends. */
    private static final class Unsorted implements LineProgram.Rows {
        private final Map<Integer, String> paths = new HashMap<>();
        private long[] starts = new long[256];
        private String[] files = new String[256];
        private int[] lines = new int[256];
        private int count;

        private LineHeader header;
        private long pathChars;
        private long end;

        @Override
        public void row(long start, long rowEnd, LineHeader of, int file, int line) {
            if (start != end) {
                endCode();
            }
            add(start, path(of, file), line);
            end = rowEnd;
        }

        /** Notes that the code behind the last row has no line, unless another row begins there. */
        void endCode() {
            if (count > 0) {
                add(end, files[count - 1], 0);
            }
        }

        private void add(long start, String file, int line) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
                files = Arrays.copyOf(files, 2 * count);
                lines = Arrays.copyOf(lines, 2 * count);
            }
            starts[count] = start;
            files[count] = file;
            lines[count++] = line;
        }

        @SuppressWarnings("ReferenceEquality") // a header is an object
        private String path(LineHeader of, int file) {
            if (of != header) {
                header = of;
                paths.clear();
            }
            String known = paths.get(file);
            if (known == null) {
                known = of.path(file);
                paths.put(file, known);
                pathChars += known.length();
            }
            return known;
        }

        @Override
        public boolean hasAll() {
            return count >= MOST_ROWS || pathChars > MOST_PATH_CHARS;
        }
    }
}
