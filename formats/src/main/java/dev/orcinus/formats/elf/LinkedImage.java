package dev.orcinus.formats.elf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Builds an ELF shared object that describes code which lies in memory already: its segments, its
 * symbols, and where its unwind info is. The segments take no room in the file. The object has to
 * be loaded at the addresses that it names. Source: the ELF gABI, "Dynamic Linking"; the LSB, "The
 * .eh_frame_hdr section". One thread at a time may use it.
 */
public final class LinkedImage {
    private final int machine;
    private final String name;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Export> exports = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private final List<String> needed = new ArrayList<>();

    /** A segment, whole pages. */
    record Segment(long start, long sizeBytes, int flags) {}

    /** A symbol. */
    record Export(String name, int type, long address, long sizeBytes) {}

    /** A function that an FDE describes. */
    record Frame(long function, long record) {}

    /**
     * An image of nothing.
     *
     * @param machine {@code e_machine}
     * @param name {@code DT_SONAME}
     */
    public LinkedImage(int machine, String name) {
        this.machine = machine;
        this.name = name;
    }

    /** Adds a library in which its code looks for what comes behind it ({@code DT_NEEDED}). */
    public void addNeeded(String library) {
        needed.add(library);
    }

    /** Adds a segment of whole pages. */
    public void addSegment(long start, long sizeBytes, boolean isWritable, boolean isExecutable) {
        int flags = Elf.PF_R | (isWritable ? Elf.PF_W : 0) | (isExecutable ? Elf.PF_X : 0);
        segments.add(new Segment(start, sizeBytes, flags));
    }

    /** Exports a symbol. */
    public void export(String symbol, boolean isFunction, long address, long sizeBytes) {
        int type = isFunction ? Elf.STT_FUNC : Elf.STT_OBJECT;
        exports.add(new Export(symbol, type, address, sizeBytes));
    }

    /**
     * Adds an entry to the table that unwinders search.
     *
     * @param function the start of the code
     * @param record the address of its FDE
     */
    public void addFrame(long function, long record) {
        frames.add(new Frame(function, record));
    }

    /** Returns how many bytes the object's own tables take in memory. */
    public long tableBytes() {
        return new LinkedImageWriter(this, 0).sizeBytes();
    }

    /**
     * Returns the bytes of its file.
     *
     * @param tables the address of its own tables, the start of a page outside of the segments
     */
    public byte[] write(long tables) {
        segments.sort(Comparator.comparingLong(Segment::start));
        frames.sort(Comparator.comparingLong(Frame::function));
        return new LinkedImageWriter(this, tables).write();
    }

    int machine() {
        return machine;
    }

    String name() {
        return name;
    }

    List<String> needed() {
        return needed;
    }

    List<Segment> segments() {
        return segments;
    }

    List<Export> exports() {
        return exports;
    }

    List<Frame> frames() {
        return frames;
    }
}
