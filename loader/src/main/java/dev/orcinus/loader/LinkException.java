package dev.orcinus.loader;

/** Why something could not be linked or loaded. Nothing of it stays behind. */
public abstract sealed class LinkException extends Exception
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
