package dev.orcinus.loader;

import java.util.List;
import java.util.Map;

/**
 * Symbols are not defined. The exception has all of them at once; its message names the first ones,
 * and counts the others.
 */
public final class UnresolvedSymbolsException extends LinkException {
    private static final long serialVersionUID = 1L;

    private static final int MOST_SYMBOLS = 30;
    private static final int MOST_REQUESTERS = 4;

    private final transient Map<String, List<String>> requesters;

    /**
     * Makes an exception for missing symbols.
     *
     * @param requesters each missing name, with the objects that refer to it
     */
    public UnresolvedSymbolsException(Map<String, List<String>> requesters) {
        super(
                "nobody defines "
                        + listed(
                                requesters.entrySet().stream()
                                        .map(e -> e.getKey() + " (" + requesters(e) + ")")
                                        .toList(),
                                MOST_SYMBOLS,
                                " symbols"),
                null);
        this.requesters = Map.copyOf(requesters);
    }

    private static String requesters(Map.Entry<String, List<String>> entry) {
        return listed(entry.getValue(), MOST_REQUESTERS, "");
    }

    private static String listed(List<String> all, int most, String what) {
        int left = all.size() - most;
        return left <= 1
                ? String.join(", ", all)
                : String.join(", ", all.subList(0, most)) + " and " + left + " more" + what;
    }

    /**
     * Returns each missing name, with the names of the objects that refer to it. A symbol for which
     * the caller asked has the requester {@code the caller}.
     */
    public Map<String, List<String>> requesters() {
        return requesters;
    }
}
