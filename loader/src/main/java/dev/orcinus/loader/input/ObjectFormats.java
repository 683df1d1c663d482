package dev.orcinus.loader.input;

import dev.orcinus.formats.FileKind;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.format.macho.MachOFormat;
import dev.orcinus.platform.Triple;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** The object formats that can be linked. */
public final class ObjectFormats {
    /** All formats. A new format gets a row here. */
    private static final List<ObjectFormat> ALL = List.of(new ElfFormat(), new MachOFormat());

    private ObjectFormats() {}

    /** Returns the format of a file; empty if the file is not an object that can be linked. */
    public static Optional<ObjectFormat> of(MemorySegment bytes) {
        FileKind kind = FileKind.of(bytes);
        for (ObjectFormat format : ALL) {
            if (format.recognises(kind)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the format of a target's code.
     *
     * @throws UnsupportedObjectException if there is no format for it
     */
    public static ObjectFormat of(Triple target) {
        for (ObjectFormat format : ALL) {
            if (format.isFor(target)) {
                return format;
            }
        }
        throw new UnsupportedObjectException(target.text(), "no code is linked for this target");
    }
}
