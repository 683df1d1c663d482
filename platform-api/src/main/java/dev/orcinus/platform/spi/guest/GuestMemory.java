package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * Pages of the guest. A range is mapped, filled, and then published: only then may guest code use
 * it. Published memory is read and written by copies, which report a fault instead of raising it.
 * Ranges that are published, discarded or unmapped are whole pages.
 */
public interface GuestMemory {
    /** Returns the page size in bytes, a power of two. */
    long pageSizeBytes();

    /**
     * Maps {@code sizeBytes} (rounded up to whole pages, not 0) of zeroed private memory at an
     * address that the OS chooses.
     *
     * @return the mapped range, whole pages
     */
    AddressRange map(long sizeBytes) throws HostCallException;

    /**
     * Maps {@code sizeBytes} as {@link #map} does, for many small pieces of code and data of which
     * most may never be used: no more memory is taken than is written to.
     *
     * @return the mapped range, whole pages; near the libraries it may be smaller than asked for,
     *     but not smaller than 64 MiB
     * @throws HostCallException if there is no room, or none in that place
     */
    AddressRange mapSlab(long sizeBytes, SlabPlace place) throws HostCallException;

    /**
     * Gives access to a range that is about to be published, for the caller to write its contents.
     * The range has been mapped or discarded, and not been published since.
     *
     * @return the range's bytes, native memory; not to be used once the range is published,
     *     discarded or unmapped
     */
    MemorySegment fill(AddressRange range);

    /**
     * Makes contents visible to guest code, and sets protections: with one request for all ranges,
     * and in their order. Instructions among them are visible to instruction fetch afterwards. May
     * also change the protection of a range that has been published.
     *
     * @throws HostCallException if a protection cannot be set; some of the ranges may have been
     *     published
     */
    void publish(List<Publication> ranges) throws HostCallException;

    /**
     * Gives the contents of private pages back to the OS; the ranges stay mapped, read as zeros,
     * and may be filled and published again.
     *
     * @return the failures, by the ranges that they are about; the other ranges have been discarded
     */
    Map<AddressRange, HostCallException> discard(List<AddressRange> ranges);

    /**
     * Unmaps ranges.
     *
     * @return the failures, by the ranges that they are about; the other ranges have gone
     */
    Map<AddressRange, HostCallException> unmap(List<AddressRange> ranges);

    /**
     * Copies bytes of the guest from any address; a fault is reported, not raised.
     *
     * @return false if some of the source cannot be read
     */
    boolean tryRead(ExecutorAddress source, MemorySegment target);

    /**
     * Copies bytes to any address of the guest; a fault or a read-only page is reported, not
     * raised.
     *
     * @return false if some of the target cannot be written; the bytes before that may have been
     *     written
     */
    boolean tryWrite(MemorySegment source, ExecutorAddress target);

    /**
     * Writes a word in one piece, after all earlier writes: guest code that reads it at the same
     * time sees the old value, or the new one and all earlier writes. A read-only page is reported,
     * not raised.
     *
     * @param target a multiple of eight
     * @return false if the word cannot be written
     */
    boolean tryStore(long value, ExecutorAddress target);

    /** Returns whether an executable page is mapped at {@code address} at this moment. */
    boolean isExecutable(ExecutorAddress address);

    /**
     * Creates a shared-memory object of {@code sizeBytes} (rounded up to pages) under an
     * unguessable name that holds a process's id, mode 0600, and maps it. Another process fills it;
     * it is published like other memory.
     */
    SharedMapping mapShared(long sizeBytes) throws HostCallException;

    /** Removes the name of a shared-memory object; one that is gone already is no error. */
    void unlinkShared(String name) throws HostCallException;

    /** The place where a slab has to lie. */
    enum SlabPlace {
        /** Anywhere. */
        ANYWHERE,
        /**
         * Within a 32-bit displacement of the libraries that the process has loaded: all of them,
         * unless they lie too far apart; then of those that code refers to most. If there is no
         * gap, the slab lies anywhere.
         */
        NEAR_LIBRARIES,
        /**
         * In the first 2 GiB, where addresses fit into 31 bits. A slab of more than 1 GiB begins
         * there, as low as possible, and may end above them.
         */
        LOW
    }

    /**
     * A range to be published.
     *
     * @param pages whole pages
     * @param prot what guest code may do with them
     */
    record Publication(AddressRange pages, MemProt prot) {}

    /**
     * A mapped shared-memory object.
     *
     * @param name the name that another process passes to {@code shm_open}
     * @param range the range that it is mapped at in the guest
     */
    record SharedMapping(String name, AddressRange range) {}
}
