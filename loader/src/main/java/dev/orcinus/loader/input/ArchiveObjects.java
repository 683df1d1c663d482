package dev.orcinus.loader.input;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.link.LinkSession.GraphReader;
import dev.orcinus.loader.link.ObjectSource;
import dev.orcinus.loader.object.ObjectBytes;
import dev.orcinus.loader.object.archive.Archive;
import dev.orcinus.loader.object.archive.ArchiveIndex;
import dev.orcinus.loader.object.archive.ArchiveMember;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The objects of an archive. A member is read when somebody needs a symbol that the archive's index
 * has for it; without an index, the members' symbol tables are read first. Guarded by the session's
 * lock.
 */
public final class ArchiveObjects implements ObjectSource {
    private final Archive archive;
    private final MemberFiles files;
    private final Set<Long> taken = new HashSet<>();
    private ArchiveIndex index;

    /**
     * Reads the head of an archive.
     *
     * @param name for messages
     * @param bytes its content
     * @param files the members of a thin archive
     */
    public ArchiveObjects(String name, MemorySegment bytes, MemberFiles files)
            throws MalformedObjectException {
        this.archive = Archive.read(new ObjectBytes(name, bytes));
        this.files = files;
    }

    @Override
    public Optional<LinkGraph> take(String symbol) throws LinkException {
        Long offset = index().offsets().get(symbol);
        if (offset == null || taken.contains(offset)) {
            return Optional.empty();
        }
        LinkGraph graph = read(archive.member(offset, symbol));
        taken.add(offset);
        return Optional.of(graph);
    }

    @Override
    public void giveBack(String symbol) {
        taken.remove(index.offsets().get(symbol));
    }

    /** The archive's index, or one that is made for it. */
    ArchiveIndex index() throws LinkException {
        if (index == null) {
            Optional<ArchiveIndex> own = archive.index();
            index = own.isPresent() ? own.get() : indexOfMembers();
        }
        return index;
    }

    private ArchiveIndex indexOfMembers() throws LinkException {
        ArchiveIndex.Builder found = new ArchiveIndex.Builder();
        for (ArchiveMember member : archive.members()) {
            for (String symbol : exports(member)) {
                found.add(symbol, member.headerOffset());
            }
        }
        return found.build();
    }

    /** What a member defines; one that is for other machines defines nothing here. */
    private List<String> exports(ArchiveMember member) throws LinkException {
        try {
            return ObjectReader.exports(archive.name(member), content(member));
        } catch (UnsupportedObjectException _) {
            return List.of();
        }
    }

    /** Readers of all members, in their order. */
    public List<GraphReader> all() throws LinkException {
        List<GraphReader> readers = new ArrayList<>();
        for (ArchiveMember member : archive.members()) {
            readers.add(() -> read(member));
        }
        return readers;
    }

    private LinkGraph read(ArchiveMember member) throws LinkException {
        return ObjectReader.read(archive.name(member), content(member));
    }

    private MemorySegment content(ArchiveMember member) throws MalformedObjectException {
        if (!member.isOutside()) {
            return archive.content(member);
        }
        try {
            return files.open(member.name());
        } catch (IOException e) {
            throw archive.malformed(member, "cannot be read: " + e);
        }
    }
}
