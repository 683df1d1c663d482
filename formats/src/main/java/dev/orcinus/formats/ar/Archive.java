package dev.orcinus.formats.ar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.FileKind;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An archive. It reads only the parts that it is asked for: finding a member through the index does
 * not read the members before it. One thread at a time may use it.
 */
public final class Archive {
    /** {@code ARMAG}. */
    static final String MAGIC = "!<arch>\n";

    private static final int PIECE_BYTES = 1 << 16;

    private final FileBytes bytes;
    private final MemberReader reader;
    private final boolean thin;
    private final ArchiveMember index;
    private final long firstFile;

    private Archive(
            FileBytes bytes,
            MemberReader reader,
            boolean thin,
            ArchiveMember index,
            long firstFile) {
        this.bytes = bytes;
        this.reader = reader;
        this.thin = thin;
        this.index = index;
        this.firstFile = firstFile;
    }

    /** Reads the tables at the start of an archive. */
    public static Archive read(FileBytes bytes) throws MalformedFileException {
        FileKind kind = FileKind.of(bytes.bytes());
        if (!kind.isArchive()) {
            throw bytes.malformed(0, "this is " + kind.description() + ", no archive");
        }
        boolean thin = kind == FileKind.THIN_ARCHIVE;
        MemberReader reader = new MemberReader(bytes, thin);
        ArchiveMember index = null;
        long offset = MAGIC.length();
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
        return new Archive(bytes, reader, thin, index, offset);
    }

    /** Returns whether the contents of its members are files beside it. */
    public boolean isThin() {
        return thin;
    }

    /** Returns whether it has a symbol index. */
    public boolean hasIndex() {
        return index != null;
    }

    /**
     * Returns whether another reading of the archive has found its index and its first member at
     * the same places.
     */
    public boolean isLaidOutAs(Archive other) {
        return thin == other.thin
                && Objects.equals(index, other.index)
                && firstFile == other.firstFile;
    }

    /** Returns the name of a member, for messages. */
    public String name(ArchiveMember member) {
        return bytes.file() + "(" + member.name() + ")";
    }

    /** Returns the symbol index, if the archive has one. */
    public Optional<ArchiveIndex> index() throws MalformedFileException {
        return index == null ? Optional.empty() : Optional.of(new IndexReader(bytes, index).read());
    }

    /**
     * Returns the member whose header is at an offset that an index names.
     *
     * @param symbol the symbol that the index has there, for messages
     */
    public ArchiveMember member(long headerOffset, String symbol) throws MalformedFileException {
        if (headerOffset < firstFile) {
            throw bytes.malformed(
                    index.contentOffset(),
                    "the index has '%s' at 0x%x; the first member is at 0x%x"
                            .formatted(symbol, headerOffset, firstFile));
        }
        return reader.at(headerOffset);
    }

    /** Returns the first member that is a file; empty if there is none. */
    public Optional<ArchiveMember> first() throws MalformedFileException {
        return firstFile < bytes.sizeBytes() ? Optional.of(reader.at(firstFile)) : Optional.empty();
    }

    /** Returns all members that are files, in their order. */
    public List<ArchiveMember> members() throws MalformedFileException {
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

    /** Returns the content of a member that lies in the archive. */
    public MemorySegment content(ArchiveMember member) {
        if (member.isOutside()) {
            throw new IllegalArgumentException(name(member) + " lies beside the archive");
        }
        return bytes.bytes().asSlice(member.contentOffset(), member.sizeBytes());
    }

    /**
     * Returns a check sum (CRC-32C) of all that stands before the first member that is a file: the
     * index and the long names. If there is no index, it is of the whole archive. A mapped file may
     * have become shorter meanwhile. {@link CRC32C} reads memory without a guard, which would end
     * the JVM then, so it gets copies.
     */
    public long checkOfTables() {
        CRC32C check = new CRC32C();
        long stop = index == null ? bytes.sizeBytes() : Math.min(firstFile, bytes.sizeBytes());
        byte[] piece = new byte[(int) Math.min(stop, PIECE_BYTES)];
        for (long at = 0; at < stop; at += piece.length) {
            int sizeBytes = (int) Math.min(stop - at, piece.length);
            MemorySegment.copy(bytes.bytes(), JAVA_BYTE, at, piece, 0, sizeBytes);
            check.update(piece, 0, sizeBytes);
        }
        return check.getValue();
    }

    /** Returns an error about a member. */
    public MalformedFileException malformed(ArchiveMember member, String problem) {
        return bytes.malformed(
                member.headerOffset(), "member '%s' %s".formatted(member.name(), problem));
    }
}
