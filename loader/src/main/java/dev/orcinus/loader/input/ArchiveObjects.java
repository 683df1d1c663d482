package dev.orcinus.loader.input;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.IndexedName;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.ar.Archive;
import dev.orcinus.formats.ar.ArchiveIndex;
import dev.orcinus.formats.ar.ArchiveMember;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.ObjectFormat;
import dev.orcinus.loader.format.ReadErrors;
import dev.orcinus.loader.graph.GraphOrigin;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.link.ExpectedObject;
import dev.orcinus.loader.link.GraphReader;
import dev.orcinus.loader.link.ObjectSource;
import dev.orcinus.loader.link.ReadAhead;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The objects of an archive. A member is read when a symbol is needed that the archive's index
 * lists for it. If there is no index, the members' symbol tables are read first. The session's lock
 * guards it.
 */
public final class ArchiveObjects implements ObjectSource {
    private final FileBytes bytes;
    private final Archive archive;
    private final MemberFiles files;
    private final KnownArchives known;
    private final Set<Long> taken = new HashSet<>();

    /** The file of the members that are in the archive. */
    private final GraphOrigin inside = this::requireAsRead;

    /** The members that are read ahead, by the offsets of their headers. */
    private final Map<Long, ExpectedObject> ahead = new HashMap<>();

    private List<ArchiveMember> listed = List.of();
    private ArchiveIndex index;
    private long checkOfIndex;
    private long newest;

    /** The latest state of the mapped file that had the content that has been read. */
    private Optional<FileState> state;

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
        this.files = files;
        this.state = files.state();
        this.bytes = new FileBytes(name, bytes);
        try {
            this.archive = Archive.read(this.bytes);
        } catch (MalformedFileException e) {
            throw ReadErrors.of(e);
        } catch (InternalError _) { // the file has become shorter
            throw changed();
        }
    }

    @Override
    public Optional<LinkGraph> take(IndexedName symbol) {
        long offset = index().first(symbol);
        if (offset == ArchiveIndex.NONE || taken.contains(offset)) {
            return Optional.empty();
        }
        ArchiveMember member = member(offset, symbol);
        ExpectedObject begun = ahead.remove(offset);
        return taken(
                offset,
                begun == null ? readAsNeeded(member) : from(member, readingOf(member, begun::get)));
    }

    /** A thin archive's members are not read ahead, because only one thread opens files. */
    @Override
    public boolean expect(
            IndexedName symbol, ReadAhead objects, UnaryOperator<LinkGraph> preparation) {
        if (index == null) {
            return true; // it may have it
        }
        long offset = index.first(symbol);
        if (offset == ArchiveIndex.NONE) {
            return false;
        }
        if (!archive.isThin() && !taken.contains(offset) && !ahead.containsKey(offset)) {
            try {
                ArchiveMember member = archive.member(offset, symbol.toString());
                String name = archive.name(member);
                MemorySegment content = archive.content(member);
                ahead.put(
                        offset,
                        objects.expect(
                                () -> preparation.apply(ObjectReader.readAsNeeded(name, content))));
            } catch (MalformedFileException | InternalError _) {
                return true; // whoever takes it is told
            }
        }
        return true;
    }

    @Override
    public void expectNothing() {
        ahead.clear();
    }

    private Optional<LinkGraph> taken(long offset, LinkGraph graph) {
        ahead.remove(offset);
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
                    LinkGraph graph = readAsNeeded(member);
                    if (defines(graph, symbol.toString())) {
                        return taken(offset, graph);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean isObject(ArchiveMember member) {
        return readingOf(member, () -> ObjectFormats.of(content(member)).isPresent());
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

    /** Returns a member; whether the file has changed is asked when its content is read. */
    private ArchiveMember member(long headerOffset, IndexedName symbol) {
        try {
            return archive.member(headerOffset, symbol.toString());
        } catch (MalformedFileException e) {
            requireAsRead();
            throw ReadErrors.of(e);
        } catch (InternalError e) { // the file has become shorter
            requireAsRead();
            throw e;
        }
    }

    private List<ArchiveMember> members() {
        listed = reading(archive::members);
        return listed;
    }

    @Override
    public void giveBack(IndexedName symbol) {
        taken.remove(newest);
    }

    /** Returns whether the archive's index lists a symbol. */
    public boolean lists(String symbol) {
        return index().first(IndexedName.of(symbol)) != ArchiveIndex.NONE;
    }

    /** Returns the archive's index, or a new one if it has none. */
    ArchiveIndex index() {
        if (index == null) {
            if (state.isPresent()) {
                checkOfIndex = reading(archive::checkOfTables);
            }
            index = state.isPresent() && !isOfOtherFiles() ? knownIndex(state.get()) : readIndex();
        }
        return index;
    }

    /** Returns whether the index is made of files that may change while the archive does not. */
    private boolean isOfOtherFiles() {
        return archive.isThin() && !archive.hasIndex();
    }

    /** Returns the index as this JVM has read it before, if the file has not changed since. */
    private ArchiveIndex knownIndex(FileState file) {
        Optional<ArchiveIndex> found = known.find(file, checkOfIndex);
        if (found.isPresent()) {
            return found.get();
        }
        ArchiveIndex read = readIndex();
        known.keep(file, checkOfIndex, read);
        return read;
    }

    private ArchiveIndex readIndex() {
        Optional<ArchiveIndex> own = reading(archive::index);
        return own.isPresent() ? own.get() : indexOfMembers();
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
            return readingOf(
                    member, () -> ObjectReader.exports(archive.name(member), content(member)));
        } catch (UnsupportedObjectException _) {
            return List.of();
        }
    }

    /**
     * Returns the format of the first member; empty if that is no object or lies beside the
     * archive, or if there is none.
     */
    public Optional<ObjectFormat> format() {
        return reading(
                () -> {
                    Optional<ArchiveMember> first = archive.first();
                    return first.isEmpty() || first.get().isOutside()
                            ? Optional.empty()
                            : ObjectFormats.of(archive.content(first.get()));
                });
    }

    /** Returns readers of all members, in their order. */
    public List<GraphReader> all() {
        List<GraphReader> readers = new ArrayList<>();
        for (ArchiveMember member : members()) {
            readers.add(() -> read(member));
        }
        return readers;
    }

    private LinkGraph readAsNeeded(ArchiveMember member) {
        return from(
                member,
                readingOf(
                        member,
                        () -> ObjectReader.readAsNeeded(archive.name(member), content(member))));
    }

    private LinkGraph read(ArchiveMember member) {
        return from(
                member,
                readingOf(member, () -> ObjectReader.read(archive.name(member), content(member))));
    }

    /** Notes the file that has a member's content: the archive's, or its own in a thin archive. */
    private LinkGraph from(ArchiveMember member, LinkGraph graph) {
        graph.setOrigin(member.isOutside() ? () -> requireOutside(member) : inside);
        return graph;
    }

    /** A step that reads a mapped file. */
    @FunctionalInterface
    private interface Reading<T> {
        T read() throws MalformedFileException;
    }

    /** Reads what the archive's file has. */
    private <T> T reading(Reading<T> step) {
        return checked(this::requireAsRead, step);
    }

    /** Reads what a member has, which may be another file. */
    private <T> T readingOf(ArchiveMember member, Reading<T> step) {
        return checked(() -> requireAsRead(member), step);
    }

    /** If a file has changed, then whatever has been read or thrown is worth nothing. */
    private static <T> T checked(Runnable check, Reading<T> step) {
        T read;
        try {
            read = step.read();
        } catch (MalformedFileException e) {
            check.run();
            throw ReadErrors.of(e);
        } catch (LinkException | InternalError e) { // the latter if a file has become shorter
            check.run();
            throw e;
        }
        check.run();
        return read;
    }

    private void requireAsRead(ArchiveMember member) {
        requireAsRead();
        if (member.isOutside()) {
            requireOutside(member);
        }
    }

    /** Requires that a file of a thin archive's member is as it was when it was mapped. */
    private void requireOutside(ArchiveMember member) {
        if (files.isOverwritten(member.name())) {
            throw ReadErrors.of(archive.malformed(member, "has changed since it was opened"));
        }
    }

    private void requireAsRead() {
        Optional<FileState> now = state.isEmpty() ? Optional.empty() : files.stateNow();
        if (now.isPresent() && state.get().isTouched(now.get())) {
            if (state.get().isOverwritten(now.get()) || !isAsRead()) {
                throw changed();
            }
            state = now;
        }
    }

    private MalformedObjectException changed() {
        return ReadErrors.of(bytes.malformed(0, "the archive has changed since it was opened"));
    }

    /** Returns whether all that has been kept of the file is still there. */
    private boolean isAsRead() {
        try {
            Archive again = Archive.read(bytes);
            return again.isLaidOutAs(archive)
                    && (index == null || again.checkOfTables() == checkOfIndex)
                    && (listed.isEmpty() || again.members().equals(listed));
        } catch (MalformedFileException | InternalError _) { // the latter if it is shorter
            return false;
        }
    }

    private MemorySegment content(ArchiveMember member) {
        if (!member.isOutside()) {
            return archive.content(member);
        }
        try {
            return files.open(member.name());
        } catch (NoSuchFileException e) {
            String problem = "cannot be read: " + e.getFile() + ": no such file";
            throw ReadErrors.of(archive.malformed(member, problem));
        } catch (IOException e) {
            throw ReadErrors.of(archive.malformed(member, "cannot be read: " + e.getMessage()));
        }
    }
}
