package dev.orcinus.loader;

/**
 * Why something could not be linked or loaded. Nothing of what failed stays behind. Each kind
 * carries its facts as values.
 */
public abstract sealed class LinkException extends RuntimeException
        permits DuplicateDefinitionException,
                MalformedObjectException,
                RelocationRangeException,
                TargetException,
                UnresolvedSymbolsException,
                UnsupportedObjectException,
                UnsupportedRelocationException {
    private static final long serialVersionUID = 1L;

    LinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
