package dev.orcinus.loader.format;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.loader.MalformedObjectException;

/** What the raw readers find wrong, as the loader's callers are told it. */
public final class ReadErrors {
    private ReadErrors() {}

    /** Returns the same error, of the same place, for the loader's callers. */
    public static MalformedObjectException of(MalformedFileException error) {
        return new MalformedObjectException(error.file(), error.offset(), error.problem());
    }
}
