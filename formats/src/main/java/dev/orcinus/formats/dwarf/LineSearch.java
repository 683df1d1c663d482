package dev.orcinus.formats.dwarf;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A search for the lines of some addresses in the line tables of an object: one pass over all
 * tables. Used once, by one thread.
 */
public final class LineSearch {
    private final long[] wanted;
    private final Map<Long, SourceLine> found = new HashMap<>();

    private LineSearch(long[] wanted) {
        this.wanted = wanted;
        Arrays.sort(wanted);
    }

    /** Returns the lines of those addresses for which the tables have one. */
    public static Map<Long, SourceLine> find(LineSections sections, Collection<Long> addresses) {
        long[] wanted = addresses.stream().mapToLong(Long::longValue).toArray();
        LineSearch search = new LineSearch(wanted);
        if (wanted.length > 0) {
            LineProgram.run(sections, search.new Wanted());
        }
        return search.found;
    }

    /** The rows, of which those with wanted addresses are noted. */
    private final class Wanted implements LineProgram.Rows {
        @Override
        public void row(long start, long end, LineHeader header, int file, int line) {
            if (end <= wanted[0] || start > wanted[wanted.length - 1]) {
                return;
            }
            int place = Arrays.binarySearch(wanted, start);
            for (int i = place < 0 ? ~place : place; i < wanted.length && wanted[i] < end; i++) {
                found.putIfAbsent(wanted[i], new SourceLine(header.file(file), line));
            }
        }

        @Override
        public boolean hasAll() {
            return found.size() == wanted.length;
        }
    }
}
