package dev.orcinus.loader;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Symbols that nobody defines: all of them at once. */
public final class UnresolvedSymbolsException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, List<String>> requesters;

    /**
     * Missing symbols.
     *
     * @param requesters each name with those who refer to it
     */
    public UnresolvedSymbolsException(Map<String, List<String>> requesters) {
        super(
                requesters.entrySet().stream()
                        .map(e -> e.getKey() + " (" + String.join(", ", e.getValue()) + ")")
                        .collect(Collectors.joining(", ", "nobody defines ", "")),
                null);
        this.requesters = Map.copyOf(requesters);
    }

    /** Each missing name, with the objects that refer to it. */
    public Map<String, List<String>> requesters() {
        return requesters;
    }
}
