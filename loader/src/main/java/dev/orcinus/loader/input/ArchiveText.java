package dev.orcinus.loader.input;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.FileKind;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.ar.Archive;
import dev.orcinus.formats.ar.ArchiveIndex;
import dev.orcinus.formats.ar.ArchiveMember;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.graph.GraphText;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A writer of an archive's members and index as text, in the archive's order. */
public final class ArchiveText {
    private ArchiveText() {}

    /** Writes the members, then the index. */
    public static void write(String name, MemorySegment bytes, Appendable out) throws IOException {
        try {
            write(Archive.read(new FileBytes(name, bytes)), out);
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    /** Returns the name and content of each member that lies in the archive itself. */
    public static List<Map.Entry<String, MemorySegment>> contents(
            String name, MemorySegment bytes) {
        try {
            Archive archive = Archive.read(new FileBytes(name, bytes));
            List<Map.Entry<String, MemorySegment>> contents = new ArrayList<>();
            for (ArchiveMember member : archive.members()) {
                if (!member.isOutside()) {
                    contents.add(Map.entry(member.name(), archive.content(member)));
                }
            }
            return contents;
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    private static void write(Archive archive, Appendable out)
            throws IOException, MalformedFileException {
        Map<Long, String> names = new HashMap<>();
        out.append("members:\n");
        for (ArchiveMember member : archive.members()) {
            String printed = GraphText.printable(member.name());
            names.put(member.headerOffset(), printed);
            out.append(
                    "  0x%x %s: 0x%x bytes, %s\n"
                            .formatted(
                                    member.headerOffset(),
                                    printed,
                                    member.sizeBytes(),
                                    kind(archive, member)));
        }
        Optional<ArchiveIndex> index = archive.index();
        out.append(index.isPresent() ? "index:\n" : "no index\n");
        if (index.isPresent()) {
            write(index.get(), names, out);
        }
    }

    private static String kind(Archive archive, ArchiveMember member) {
        return member.isOutside()
                ? "a file beside the archive"
                : FileKind.of(archive.content(member)).description();
    }

    private static void write(ArchiveIndex index, Map<Long, String> names, Appendable out)
            throws IOException {
        for (Map.Entry<String, Long> entry : index.offsets().entrySet()) {
            String member =
                    names.getOrDefault(entry.getValue(), "0x" + Long.toHexString(entry.getValue()));
            out.append("  ").append(GraphText.printable(entry.getKey()));
            out.append(" in ").append(member).append('\n');
        }
    }
}
