package dev.orcinus.loader.input;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.FileKind;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.UniversalFile;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.platform.Triple;
import java.lang.foreign.MemorySegment;

/**
 * A reader of universal files, which hold an object or an archive for each of several processors.
 */
public final class UniversalFiles {
    private UniversalFiles() {}

    /**
     * Returns the part of a file that is for a target: of a universal file the slice for its
     * processor, of others all.
     *
     * @param name the file's name, for messages
     * @throws UnsupportedObjectException if a universal file has no slice for the target
     */
    public static MemorySegment slice(String name, MemorySegment bytes, Triple target) {
        if (!FileKind.of(bytes).isUniversal()) {
            return bytes;
        }
        UniversalFile file = read(name, bytes);
        return file.slice(target.arch())
                .map(file::content)
                .orElseThrow(
                        () ->
                                new UnsupportedObjectException(
                                        name,
                                        "a universal file with slices for %s; the target runs %s"
                                                .formatted(file.processors(), target)));
    }

    /** Returns the slices of a universal file. */
    public static UniversalFile read(String name, MemorySegment bytes) {
        try {
            return UniversalFile.read(new FileBytes(name, bytes));
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }
}
