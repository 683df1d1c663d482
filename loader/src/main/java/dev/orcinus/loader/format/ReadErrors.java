package dev.orcinus.loader.format;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.loader.MalformedObjectException;

/** A translation of the raw readers' errors into those that the loader throws. */
public final class ReadErrors {
    private ReadErrors() {}

    /** Returns the loader's error of the same text and place. */
    public static MalformedObjectException of(MalformedFileException error) {
        return new MalformedObjectException(error.file(), error.offset(), error.problem());
    }
}
