package dev.orcinus.loader;

import java.util.List;
import java.util.Map;

/**
 * Symbols are not defined. The exception has all of them at once; its message names the first ones,
 * and counts the others.
 *
 * <pre>{@code
 * try {
 *     dylib.link();
 * } catch (UnresolvedSymbolsException e) {
 *     e.requesters().forEach((symbol, objects) -> System.err.println(symbol + " of " + objects));
 * }
 * }</pre>
 */
public final class UnresolvedSymbolsException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, List<String>> requesters;

    /**
     * Makes an exception for missing symbols.
     *
     * @param requesters each missing name, with the objects that refer to it
     */
    public UnresolvedSymbolsException(Map<String, List<String>> requesters) {
        super("nobody defines " + Requesters.text(requesters), null);
        this.requesters = Map.copyOf(requesters);
    }

    /**
     * Returns each missing name, with the names of the objects that refer to it. A symbol for which
     * the caller asked has the requester {@code the caller}.
     */
    public Map<String, List<String>> requesters() {
        return requesters;
    }
}
