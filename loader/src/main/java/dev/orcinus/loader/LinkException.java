package dev.orcinus.loader;

/**
 * A failure to link or load code, or to run loaded code. A link that fails leaves nothing behind.
 * Each subclass has its facts as values.
 *
 * <pre>{@code
 * try {
 *     dylib.link();
 * } catch (UnresolvedSymbolsException e) {
 *     System.err.println("missing: " + e.requesters().keySet());
 * } catch (LinkException e) {
 *     System.err.println(e.getMessage());
 * }
 * }</pre>
 */
public abstract sealed class LinkException extends RuntimeException
        permits DuplicateDefinitionException,
                MalformedObjectException,
                RelocationRangeException,
                TargetException,
                UnpreparedProcessException,
                UnreachableSymbolsException,
                UnresolvedSymbolsException,
                UnsupportedObjectException,
                UnsupportedRelocationException {
    private static final long serialVersionUID = 1L;

    LinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
