package dev.orcinus.loader;

import java.util.List;
import java.util.Map;

/** The text of symbols with those who refer to them, for messages. It has no state. */
final class Requesters {
    private static final int MOST_SYMBOLS = 30;
    private static final int MOST_REQUESTERS = 4;

    private Requesters() {}

    /** Returns the first symbols with their first requesters, and how many others there are. */
    static String text(Map<String, List<String>> requesters) {
        return listed(
                requesters.entrySet().stream()
                        .map(
                                e ->
                                        e.getKey()
                                                + " ("
                                                + listed(e.getValue(), MOST_REQUESTERS, "")
                                                + ")")
                        .toList(),
                MOST_SYMBOLS,
                " symbols");
    }

    private static String listed(List<String> all, int most, String what) {
        int left = all.size() - most;
        return left <= 1
                ? String.join(", ", all)
                : String.join(", ", all.subList(0, most)) + " and " + left + " more" + what;
    }
}
