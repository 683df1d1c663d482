package dev.orcinus.loader.object.archive;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.object.FileKind;
import dev.orcinus.loader.object.ObjectBytes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An archive. Reads what it is asked for and no more: whoever finds a member in the index does not
 * read the members before it. For one thread at a time.
 */
public final class Archive {
    private static final int MAGIC_BYTES = 8;

    private final ObjectBytes bytes;
    private final MemberReader reader;
    private final ArchiveMember index;
    private final long firstFile;

    private Archive(ObjectBytes bytes, MemberReader reader, ArchiveMember index, long firstFile) {
        this.bytes = bytes;
        this.reader = reader;
        this.index = index;
        this.firstFile = firstFile;
    }

    /** Reads the tables at the start of an archive. */
    public static Archive read(ObjectBytes bytes) throws MalformedObjectException {
        FileKind kind = FileKind.of(bytes.bytes());
        if (!kind.isArchive()) {
            throw bytes.malformed(0, "this is " + kind.description() + ", no archive");
        }
        MemberReader reader = new MemberReader(bytes, kind == FileKind.THIN_ARCHIVE);
        ArchiveMember index = null;
        long offset = MAGIC_BYTES;
        while (offset < bytes.sizeBytes()) {
            ArchiveMember member = reader.at(offset);
            if (member.kind() == ArchiveMember.Kind.FILE) {
                break;
            }
            if (member.isIndex()) {
                index = index == null ? member : index;
            } else {
                reader.setLongNames(member);
            }
            offset = member.end();
        }
        return new Archive(bytes, reader, index, offset);
    }

    /** The name of a member, for messages. */
    public String name(ArchiveMember member) {
        return bytes.file() + "(" + member.name() + ")";
    }

    /** The symbol index, if it has one. */
    public Optional<ArchiveIndex> index() throws MalformedObjectException {
        return index == null ? Optional.empty() : Optional.of(new IndexReader(bytes, index).read());
    }

    /**
     * The member whose header is at an offset that an index names.
     *
     * @param symbol for which, for messages
     */
    public ArchiveMember member(long headerOffset, String symbol) throws MalformedObjectException {
        if (headerOffset < firstFile) {
            throw bytes.malformed(
                    index.contentOffset(),
                    "the index has '"
                            + symbol
                            + "' at 0x"
                            + Long.toHexString(headerOffset)
                            + "; the first member is at 0x"
                            + Long.toHexString(firstFile));
        }
        return reader.at(headerOffset);
    }

    /** All members that are files, in their order. */
    public List<ArchiveMember> members() throws MalformedObjectException {
        List<ArchiveMember> members = new ArrayList<>();
        long offset = firstFile;
        while (offset < bytes.sizeBytes()) {
            ArchiveMember member = reader.at(offset);
            if (member.kind() == ArchiveMember.Kind.FILE) {
                members.add(member);
            }
            offset = member.end();
        }
        return members;
    }

    /** The content of a member that lies in the archive. */
    public MemorySegment content(ArchiveMember member) {
        if (member.isOutside()) {
            throw new IllegalArgumentException(name(member) + " lies beside the archive");
        }
        return bytes.bytes().asSlice(member.contentOffset(), member.sizeBytes());
    }

    /** An error about a member. */
    public MalformedObjectException malformed(ArchiveMember member, String problem) {
        return bytes.malformed(member.headerOffset(), "member '" + member.name() + "' " + problem);
    }
}
