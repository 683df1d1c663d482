package dev.orcinus.platform.spi;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import java.lang.foreign.MemorySegment;

/**
 * Pages of this process. Ranges given to {@link #protect}, {@link #discard} and {@link #unmap} are
 * whole pages.
 */
public interface HostMemory {
    /** The page size in bytes, a power of two. */
    long pageSizeBytes();

    /**
     * Maps {@code sizeBytes} (rounded up to whole pages, not 0) of zeroed private memory, readable
     * and writable, where the OS likes.
     *
     * @return the mapped range, whole pages
     */
    AddressRange map(long sizeBytes) throws HostCallException;

    /**
     * Maps {@code sizeBytes} as {@link #map} does, for many small pieces of code and data of which
     * most may never be used: no more memory is taken than is written to.
     *
     * @return the mapped range, whole pages
     * @throws HostCallException if there is no room, or none in that place
     */
    AddressRange mapSlab(long sizeBytes, SlabPlace place) throws HostCallException;

    /** Sets the protection of a range of whole pages. */
    void protect(AddressRange range, MemProt prot) throws HostCallException;

    /**
     * Gives the contents of private pages back to the OS and makes them readable and writable
     * again; the range stays mapped and reads as zeros.
     */
    void discard(AddressRange range) throws HostCallException;

    /** Unmaps a range of whole pages. */
    void unmap(AddressRange range) throws HostCallException;

    /**
     * The bytes of a range of this process, unchecked: reading an address that is not mapped ends
     * the process. Lives for ever.
     */
    MemorySegment view(AddressRange range);

    /** Makes freshly written instructions visible to instruction fetch ({@code __clear_cache}). */
    void flushInstructionCache(AddressRange range);

    /**
     * Copies bytes of this process from any address; a fault is reported, not raised.
     *
     * @return false if some of the source cannot be read
     */
    boolean tryRead(ExecutorAddress source, MemorySegment target);

    /**
     * Copies bytes of this process to any address; a fault or a read-only page is reported, not
     * raised.
     *
     * @return false if some of the target cannot be written; bytes before it may have been
     */
    boolean tryWrite(MemorySegment source, ExecutorAddress target);

    /** Whether an executable page is mapped at {@code address} at this moment. */
    boolean isExecutable(ExecutorAddress address);

    /**
     * Creates a shared-memory object of {@code sizeBytes} (rounded up to pages) under an
     * unguessable name that holds this process's id, mode 0600, and maps it readable and writable.
     */
    SharedMapping mapShared(long sizeBytes) throws HostCallException;

    /** Removes the name of a shared-memory object; one that is gone already is no error. */
    void unlinkShared(String name) throws HostCallException;

    /**
     * Removes the names of shared-memory objects that a process left behind.
     *
     * @param pid the process, which has ended
     */
    void unlinkSharedOf(long pid);

    /** Where a slab has to lie. */
    enum SlabPlace {
        /** Anywhere. */
        ANYWHERE,
        /**
         * Within a 32-bit displacement of the libraries that the process has loaded: all of them,
         * unless they lie too far apart; then of those that code refers to most.
         */
        NEAR_LIBRARIES,
        /** In the first 2 GiB, where addresses fit into 31 bits. */
        LOW
    }

    /**
     * A mapped shared-memory object.
     *
     * @param name what another process passes to {@code shm_open}
     * @param range where it is mapped here
     */
    record SharedMapping(String name, AddressRange range) {}
}
