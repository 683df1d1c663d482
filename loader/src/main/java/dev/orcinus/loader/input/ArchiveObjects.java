package dev.orcinus.loader.input;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.ar.Archive;
import dev.orcinus.formats.ar.ArchiveIndex;
import dev.orcinus.formats.ar.ArchiveMember;
import dev.orcinus.formats.ar.IndexedName;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.link.GraphReader;
import dev.orcinus.loader.link.ObjectSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The objects of an archive. A member is read when a symbol is needed that the archive's index
 * lists for it. If there is no index, the members' symbol tables are read first. The session's lock
 * guards it.
 */
public final class ArchiveObjects implements ObjectSource {
    private final Archive archive;
    private final MemberFiles files;
    private final KnownArchives known;
    private final Set<Long> taken = new HashSet<>();
    private ArchiveIndex index;
    private long newest;

    /**
     * Reads the head of an archive.
     *
     * @param name the archive's name, for messages
     * @param bytes the archive's content
     * @param files the archive's file, and the member files of a thin archive
     */
    public ArchiveObjects(String name, MemorySegment bytes, MemberFiles files) {
        this(name, bytes, files, KnownArchives.shared());
    }

    /**
     * Reads the head of an archive.
     *
     * @param known has the indexes that have been read before
     */
    ArchiveObjects(String name, MemorySegment bytes, MemberFiles files, KnownArchives known) {
        this.known = known;
        try {
            this.archive = Archive.read(new FileBytes(name, bytes));
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
        this.files = files;
    }

    @Override
    public Optional<LinkGraph> take(IndexedName symbol) {
        long offset = index().first(symbol);
        if (offset == ArchiveIndex.NONE || taken.contains(offset)) {
            return Optional.empty();
        }
        LinkGraph graph = read(member(offset, symbol));
        return taken(offset, graph);
    }

    private Optional<LinkGraph> taken(long offset, LinkGraph graph) {
        taken.add(offset);
        newest = offset;
        return Optional.of(graph);
    }

    @Override
    public Optional<LinkGraph> takeDefinition(IndexedName symbol) {
        for (long offset : index().all(symbol)) {
            if (!taken.contains(offset)) {
                ArchiveMember member = member(offset, symbol);
                if (isObject(member)) {
                    LinkGraph graph = read(member);
                    if (defines(graph, symbol.toString())) {
                        return taken(offset, graph);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean isObject(ArchiveMember member) {
        return ObjectFormats.of(content(member)).isPresent();
    }

    private static boolean defines(LinkGraph graph, String name) {
        for (Symbol symbol : graph.symbols()) {
            if (symbol.name().equals(name)
                    && symbol.scope() != Scope.LOCAL
                    && symbol.linkage() != Linkage.COMMON) {
                return true;
            }
        }
        return false;
    }

    private ArchiveMember member(long headerOffset, IndexedName symbol) {
        requireUnchanged();
        try {
            return archive.member(headerOffset, symbol.toString());
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    private List<ArchiveMember> members() {
        try {
            return archive.members();
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    @Override
    public void giveBack(IndexedName symbol) {
        taken.remove(newest);
    }

    /** Returns the archive's index, or a new one if it has none. */
    ArchiveIndex index() {
        if (index == null) {
            Optional<FileState> state = files.state();
            index = state.isPresent() ? knownIndex(state.get()) : readIndex();
        }
        return index;
    }

    /** Returns the index as this JVM has read it before, if the file has not changed since. */
    private ArchiveIndex knownIndex(FileState state) {
        long check = archive.checkOfTables();
        Optional<ArchiveIndex> found = known.find(state, check);
        if (found.isPresent()) {
            return found.get();
        }
        ArchiveIndex read = readIndex();
        requireUnchanged();
        known.keep(state, check, read);
        return read;
    }

    private ArchiveIndex readIndex() {
        Optional<ArchiveIndex> own = ownIndex();
        return own.isPresent() ? own.get() : indexOfMembers();
    }

    private Optional<ArchiveIndex> ownIndex() {
        try {
            return archive.index();
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    private ArchiveIndex indexOfMembers() {
        ArchiveIndex.Builder found = new ArchiveIndex.Builder();
        for (ArchiveMember member : members()) {
            for (String symbol : exports(member)) {
                found.add(symbol, member.headerOffset());
            }
        }
        return found.build();
    }

    /** Returns the symbols that a member defines; none if it is not supported. */
    private List<String> exports(ArchiveMember member) {
        try {
            return ObjectReader.exports(archive.name(member), content(member));
        } catch (UnsupportedObjectException _) {
            return List.of();
        }
    }

    /**
     * Returns the format of the first member; empty if that is no object or lies beside the
     * archive, or if there is none.
     */
    public Optional<ObjectFormat> format() {
        try {
            Optional<ArchiveMember> first = archive.first();
            return first.isEmpty() || first.get().isOutside()
                    ? Optional.empty()
                    : ObjectFormats.of(archive.content(first.get()));
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        }
    }

    /** Returns readers of all members, in their order. */
    public List<GraphReader> all() {
        List<GraphReader> readers = new ArrayList<>();
        for (ArchiveMember member : members()) {
            readers.add(() -> read(member));
        }
        return readers;
    }

    private LinkGraph read(ArchiveMember member) {
        LinkGraph graph;
        try {
            graph = ObjectReader.read(archive.name(member), content(member));
        } catch (LinkException | InternalError e) { // the latter if the file has become shorter
            requireUnchanged();
            throw e;
        }
        requireUnchanged();
        return graph;
    }

    private void requireUnchanged() {
        if (files.isOverwritten()) {
            throw ReadErrors.of(archive.changed());
        }
    }

    private MemorySegment content(ArchiveMember member) {
        if (!member.isOutside()) {
            return archive.content(member);
        }
        try {
            return files.open(member.name());
        } catch (IOException e) {
            throw ReadErrors.of(archive.malformed(member, "cannot be read: " + e));
        }
    }
}
