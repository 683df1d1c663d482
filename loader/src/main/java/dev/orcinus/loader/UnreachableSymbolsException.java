package dev.orcinus.loader;

import java.util.List;
import java.util.Map;

/**
 * Code that holds 32-bit addresses refers directly to symbols of libraries, which lie too far away.
 * In a program that is not started yet they can be moved ({@code ProgramJit.startAgain}).
 *
 * <pre>{@code
 * try {
 *     dylib.link();
 * } catch (UnreachableSymbolsException e) {
 *     System.err.println("compile with -fPIC: " + e.requesters().values());
 * }
 * }</pre>
 */
public final class UnreachableSymbolsException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, List<String>> requesters;

    /**
     * Makes an exception for symbols out of reach.
     *
     * @param requesters each symbol, with the objects that refer to it
     */
    public UnreachableSymbolsException(Map<String, List<String>> requesters) {
        super(
                "32-bit addresses do not reach these symbols of libraries: "
                        + Requesters.text(requesters)
                        + "; code compiled with -fPIE or -fPIC reaches them",
                null);
        this.requesters = Map.copyOf(requesters);
    }

    /** Returns each symbol, with the names of the objects that refer to it. */
    public Map<String, List<String>> requesters() {
        return requesters;
    }
}
