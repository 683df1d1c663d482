package dev.orcinus.loader.image;

import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.image.ProgramTables.Extent;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A linked program that is kept in a file without a name, so that its pages are the system's, which
 * may write them to disk. First comes the content of its memory, use by use, as it was where the
 * program was linked first; then tables. Several threads may use it once it is {@link #complete}.
 */
public final class ProgramImage implements AutoCloseable {
    private final GraphFormat format;
    private final String architecture;
    private final FileChannel file;
    private final Map<Section.Use, Memory> memory;
    private final long pageBytes;
    private final List<EdgeKind> kinds = new ArrayList<>();
    private final long tablesAt;
    private long offsetsAt;
    private long namesAt;
    private long debugFilesAt;
    private long sizeBytes;
    private long diskBytes;
    private int userCount;
    private boolean forgotten;

    /**
     * The memory of a use.
     *
     * @param start its address where the program was linked first
     * @param sizeBytes its length, a number of whole pages
     */
    public record Memory(long start, long sizeBytes) {}

    private ProgramImage(
            GraphFormat format,
            String architecture,
            FileChannel file,
            Map<Section.Use, Memory> memory,
            long pageBytes) {
        this.format = format;
        this.architecture = architecture;
        this.file = file;
        this.memory = new EnumMap<>(memory);
        this.pageBytes = pageBytes;
        this.tablesAt = memory.values().stream().mapToLong(Memory::sizeBytes).sum();
    }

    /**
     * Makes a file for a program.
     *
     * @param memory its memory, in whole pages
     * @param pageBytes the length of a page; no part of the memory needs more alignment
     */
    public static ProgramImage create(
            GraphFormat format,
            String architecture,
            Map<Section.Use, Memory> memory,
            long pageBytes)
            throws IOException {
        Path path = Files.createTempFile("orcinus", ".program");
        FileChannel file =
                FileChannel.open(
                        path,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
        return new ProgramImage(format, architecture, file, memory, pageBytes);
    }

    /** Writes the content of a part of a use's memory. Parts may be written by several threads. */
    public void write(Section.Use use, long offset, byte[] content) throws IOException {
        write(contentAt(use) + offset, content);
    }

    private void write(long at, byte[] content) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
            file.write(left, at + left.position());
        }
    }

    /**
     * Writes the tables, when the content is written.
     *
     * @param names the functions and variables of each object
     * @param debugFiles the content of those that the tables name
     */
    public void complete(
            ProgramTables tables,
            List<List<ProgramTables.Named>> names,
            List<MemorySegment> debugFiles)
            throws IOException {
        byte[] own = new TableFormat(kinds, MemorySegment.NULL).write(tables);
        byte[] reported = TableFormat.writeNames(names);
        write(tablesAt, own);
        offsetsAt = tablesAt + own.length;
        namesAt = offsetsAt;
        for (ProgramTables.Moved words : tables.moved()) {
            byte[] offsets = words.offsets().toArray(ValueLayout.JAVA_BYTE);
            write(namesAt, offsets);
            namesAt += offsets.length;
        }
        write(namesAt, reported);
        debugFilesAt = namesAt + reported.length;
        sizeBytes = debugFilesAt;
        for (MemorySegment content : debugFiles) {
            write(sizeBytes, content.toArray(ValueLayout.JAVA_BYTE));
            sizeBytes += content.byteSize();
        }
        long zeros = tablesAt - tables.contents().stream().mapToLong(Extent::sizeBytes).sum();
        diskBytes = sizeBytes - zeros;
    }

    private long contentAt(Section.Use use) {
        long at = 0;
        for (Map.Entry<Section.Use, Memory> entry : memory.entrySet()) {
            if (entry.getKey() == use) {
                return at;
            }
            at += entry.getValue().sizeBytes;
        }
        throw new IllegalArgumentException(use.toString());
    }

    /** Returns what the file takes of a disk in bytes: its zeros have never been written. */
    public long diskBytes() {
        return diskBytes;
    }

    long pageBytes() {
        return pageBytes;
    }

    /** Returns the memory of a use; null if the program has none. */
    Memory memory(Section.Use use) {
        return memory.get(use);
    }

    /**
     * Returns the program as a graph of what is left to be linked.
     *
     * @param name of the graph, for messages
     * @param mapped keeps the file mapped until the graph has been linked
     * @return the graph; whoever has it {@link #use}s this as long as its code may be reported on
     */
    public LinkGraph graph(String name, Arena mapped) throws IOException {
        MemorySegment all = file.map(MapMode.READ_ONLY, 0, sizeBytes, mapped);
        ImageGraph made = new ImageGraph(this, new LinkGraph(name, format, architecture));
        for (Section.Use use : memory.keySet()) {
            made.add(use, all.asSlice(contentAt(use), memory.get(use).sizeBytes));
        }
        TableFormat form = new TableFormat(kinds, all.asSlice(offsetsAt, namesAt - offsetsAt));
        made.add(form.read(read(tablesAt, offsetsAt - tablesAt)));
        return made.graph();
    }

    /** Returns the functions and variables of the objects of which it was linked. */
    List<List<ProgramTables.Named>> names() {
        try {
            return TableFormat.readNames(read(namesAt, debugFilesAt - namesAt));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns what debuggers read of an object, without addresses; empty if it cannot be read.
     *
     * @param at its place behind the first one
     */
    Optional<byte[]> debugFile(long at, long length) {
        try {
            return Optional.of(read(debugFilesAt + at, length));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private byte[] read(long at, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(length));
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new EOFException("the file of a kept program has become shorter");
            }
        }
        return buffer.array();
    }

    /** Keeps the file open until the result is closed; empty if it has been forgotten. */
    public synchronized Optional<Use> use() {
        if (forgotten) {
            return Optional.empty();
        }
        userCount++;
        return Optional.of(this::endUse);
    }

    /** A use of a kept program. */
    @FunctionalInterface
    public interface Use extends AutoCloseable {
        /** Ends it; that is done once. */
        @Override
        void close();
    }

    /** Returns whether its file is open. */
    public boolean isOpen() {
        return file.isOpen();
    }

    private synchronized void endUse() {
        userCount--;
        closeIfUnused();
    }

    /** Forgets the program, when nobody uses it any more. */
    @Override
    public synchronized void close() {
        forgotten = true;
        closeIfUnused();
    }

    private void closeIfUnused() {
        if (forgotten && userCount == 0) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
