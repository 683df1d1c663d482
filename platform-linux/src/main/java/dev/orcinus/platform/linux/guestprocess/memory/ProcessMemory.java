package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.linux.LinuxMman.MADV_DONTNEED;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_FIXED_NOREPLACE;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_NORESERVE;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_FIXED;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;
import static dev.orcinus.bindings.posix.SysMman.PROT_EXEC;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.SharedObjects;
import dev.orcinus.platform.linux.SlabGaps;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The memory of a guest process. A range is a part of a file in memory: this process maps the part
 * shared, to fill it, and the guest maps it privately. What guest code writes afterwards is its
 * own, and is seen by copies of the kernel only. Any thread may call.
 */
public final class ProcessMemory implements GuestMemory, AutoCloseable {
    /** How the file of the memory begins its name in {@code /proc/PID/maps}. */
    public static final String FILE_NAME = "memfd:" + ContentFile.NAME;

    /** Ranges up to this size are parts of larger ones, of {@link #CHUNK_BYTES}. */
    private static final long SMALL_BYTES = 256 << 10;

    private static final long CHUNK_BYTES = 4 << 20;

    /**
     * The room below a slab of a program, for the tables by which {@code introduce} describes it.
     * Tables of 100,000 symbols and frames fit in.
     */
    private static final long ROOM_BYTES = 16 << 20;

    /** With so many publications, a process may have half of the mappings that Linux allows. */
    private static final int MOST_DEFERRED = 16_000;

    /** So much writable memory is hardly ever refused, to a guest without limits. */
    private static final long FEW = 1 << 20;

    /** So many calls are made with one request that their list has room in the mailbox. */
    private static final int MOST_PENDING = 200;

    private final NativeGuest guest;
    private final Supplier<ExecutorAddress> clearCache;
    private final long pageSizeBytes = Unistd.getpagesize();
    private final GuestMaps maps;
    private final ContentFile content;
    private final SharedMemory shared = new SharedMemory();
    private final MappedRanges ranges = new MappedRanges(pageSizeBytes);
    private final List<HeldRanges> holds = new CopyOnWriteArrayList<>();
    private final List<RoomBelow> rooms = new CopyOnWriteArrayList<>();
    private final AtomicInteger published = new AtomicInteger();
    private final boolean isProgram;
    private volatile boolean isUnmappedLater;
    private volatile boolean hasCode;

    /**
     * The memory of a guest in which nothing is mapped.
     *
     * @param clearCache returns the address of the guest's {@code __clear_cache}
     * @param isProgram whether the guest is a program, which is of no use after a failure
     */
    public ProcessMemory(NativeGuest guest, Supplier<ExecutorAddress> clearCache, boolean isProgram)
            throws HostCallException {
        this.isProgram = isProgram;
        this.clearCache = clearCache;
        this.guest = guest;
        this.maps = new GuestMaps(guest);
        this.content = new ContentFile();
    }

    @Override
    public long pageSizeBytes() {
        return pageSizeBytes;
    }

    /** A step on a thread of the guest. */
    @FunctionalInterface
    private interface Step<T> {
        T run(NativeThread thread) throws HostCallException;
    }

    private <T> T onGuest(Step<T> step) throws HostCallException {
        return onGuest(Use.NOTED_SERVICE, step);
    }

    private <T> T onGuest(Use use, Step<T> step) throws HostCallException {
        HostCallException[] failure = new HostCallException[1];
        T result =
                guest.threads()
                        .on(
                                use,
                                thread -> {
                                    try {
                                        return step.run(thread);
                                    } catch (HostCallException e) {
                                        failure[0] = e;
                                        return null;
                                    }
                                });
        if (failure[0] != null) {
            throw failure[0];
        }
        return result;
    }

    @Override
    public AddressRange map(long sizeBytes) throws HostCallException {
        long size = roundToPages(sizeBytes);
        return size > 0 && size <= SMALL_BYTES
                ? mapSmall(size)
                : onGuest(thread -> mapUnwindable(thread, size));
    }

    /**
     * Gives out a part of a larger range. That takes no call of the guest for most, and neighbours
     * with the same protection are one mapping, of which a process with many is slow to copy.
     */
    private AddressRange mapSmall(long size) throws HostCallException {
        Optional<AddressRange> part = ranges.take(size);
        while (part.isEmpty()) {
            onGuest(this::mapChunk);
            part = ranges.take(size);
        }
        return part.get();
    }

    private Void mapChunk(NativeThread thread) throws HostCallException {
        Optional<MappedRange> left = ranges.replaceRest(findUnwindable(thread, CHUNK_BYTES));
        if (left.isPresent()) {
            AddressRange range = left.get().guest();
            thread.call(Libc.MUNMAP, range.start().value(), range.sizeBytes());
            content.unmapMirror(left.get());
        }
        return null;
    }

    /**
     * A slab, and the room that is mapped with it, directly below. Each is equal to itself only.
     */
    private static final class RoomBelow {
        private final AddressRange room;
        private final AddressRange slab;

        RoomBelow(AddressRange room, AddressRange slab) {
            this.room = room;
            this.slab = slab;
        }
    }

    @Override
    public AddressRange mapSlab(long sizeBytes, SlabPlace place) throws HostCallException {
        long size = roundToPages(sizeBytes);
        return onGuest(
                thread ->
                        switch (place) {
                            case ANYWHERE -> mapSlabAnywhere(thread, size);
                            case NEAR_LIBRARIES -> mapNearLibraries(thread, size);
                            case LOW -> mapAt(thread, SlabGaps.low(maps.read(), size));
                        });
    }

    /** Maps pages, in another place if the OS would put them where no code may be. */
    private AddressRange mapUnwindable(NativeThread thread, long size) throws HostCallException {
        MappedRange mapped = findUnwindable(thread, size);
        ranges.add(mapped);
        return mapped.guest();
    }

    private MappedRange findUnwindable(NativeThread thread, long size) throws HostCallException {
        MappedRange first = map(thread, 0, size, 0);
        ExecutorAddress boundary = SlabGaps.lastBoundary(first.guest());
        if (boundary.compareTo(first.guest().start()) >= 0) {
            thread.call(Libc.MUNMAP, first.guest().start().value(), size);
            content.unmap(first);
            first = map(thread, boundary.value() - size, size, 0);
        }
        return first;
    }

    private AddressRange mapSlabAnywhere(NativeThread thread, long size) throws HostCallException {
        long room = roomBytes(size);
        return addSlab(findUnwindable(thread, room + size), room);
    }

    /** Returns the size of the room to map below a slab, which only programs need. */
    private long roomBytes(long slabBytes) {
        return isProgram && slabBytes > 0 ? ROOM_BYTES : 0;
    }

    private AddressRange addSlab(MappedRange mapped, long roomBytes) {
        ranges.add(mapped);
        if (roomBytes == 0) {
            return mapped.guest();
        }
        AddressRange room = AddressRange.of(mapped.guest().start(), roomBytes);
        AddressRange slab = new AddressRange(room.end(), mapped.guest().end());
        rooms.add(new RoomBelow(room, slab));
        return slab;
    }

    /**
     * Frees memory directly below the slab of a program in which {@code part} lies, once. Does
     * nothing if no room has been kept there, or too little.
     *
     * @param sizeBytes whole pages
     */
    public void freeBelowSlab(AddressRange part, long sizeBytes) throws HostCallException {
        for (RoomBelow below : List.copyOf(rooms)) {
            AddressRange room = below.room;
            if (below.slab.contains(part) && room.sizeBytes() >= sizeBytes) {
                rooms.remove(below);
                ExecutorAddress start = new ExecutorAddress(room.end().value() - sizeBytes);
                AddressRange freed = new AddressRange(start, room.end());
                HostCallException failure = unmapNow(List.of(freed)).get(freed);
                if (failure != null) {
                    throw failure;
                }
            }
        }
    }

    /** Maps a slab near the libraries: as large as asked for, else smaller, else anywhere. */
    private AddressRange mapNearLibraries(NativeThread thread, long size) throws HostCallException {
        MemoryMaps now = maps.read();
        long room = roomBytes(size);
        long least = Math.min(size, SlabGaps.USEFUL_BYTES);
        for (long part = size; part > 0 && part >= least; part /= 2) {
            Optional<AddressRange> gap = SlabGaps.nearLibraries(now, room + part);
            if (gap.isPresent()) {
                try {
                    return addSlab(mapFixed(thread, gap.get()), room);
                } catch (HostCallException taken) { // a smaller one may lie elsewhere
                }
            }
        }
        return mapSlabAnywhere(thread, size);
    }

    private AddressRange mapAt(NativeThread thread, AddressRange gap) throws HostCallException {
        return addSlab(mapFixed(thread, gap), 0);
    }

    private MappedRange mapFixed(NativeThread thread, AddressRange gap) throws HostCallException {
        return map(thread, gap.start().value(), gap.sizeBytes(), MAP_FIXED_NOREPLACE);
    }

    private MappedRange map(NativeThread thread, long hint, long size, int placing)
            throws HostCallException {
        long offset = content.take(size);
        int flags = MAP_PRIVATE | MAP_NORESERVE | placing;
        long start = mapInGuest(thread, hint, size, flags, offset);
        if (start == MAP_FAILED && thread.errno() == Errno.EBADF) {
            content.setDescriptor(-1);
            start = mapInGuest(thread, hint, size, flags, offset);
        }
        if (start == MAP_FAILED) {
            throw Failure.of("mmap(size=0x" + Long.toHexString(size) + ")", thread.errno());
        }
        try {
            long mirror = content.map(size, offset);
            AddressRange range = AddressRange.of(new ExecutorAddress(start), size);
            return new MappedRange(range, mirror, offset, new BitSet());
        } catch (HostCallException e) {
            thread.call(Libc.MUNMAP, start, size);
            throw e;
        }
    }

    private long mapInGuest(NativeThread thread, long hint, long size, int flags, long offset)
            throws HostCallException {
        int fd = content.descriptorIn(thread);
        return thread.call(Libc.MMAP, hint, size, PROT_READ, flags, fd, offset);
    }

    @Override
    public MemorySegment fill(AddressRange range) {
        MappedRange mapped =
                ranges.around(range)
                        .orElseThrow(() -> new IllegalArgumentException(range + " is not mapped"));
        return NativeMemory.view(mapped.mirrorOf(range.start()), range.sizeBytes());
    }

    /**
     * {@inheritDoc} In a guest that a copy waits for, and once the system has allowed code, this is
     * done when the guest is asked for something else, and a failure ends the guest. One that has
     * so many mappings that this may fail is asked at once; so is one that no copy waits for,
     * unless it is a program, if its limits or the size of writable memory may let it fail.
     */
    @Override
    public void publish(List<Publication> publications) throws HostCallException {
        int count = published.addAndGet(publications.size());
        boolean mayWait = !holds.isEmpty() || (hasCode && (isProgram || succeeds(publications)));
        if (mayWait && count < MOST_DEFERRED && guest.pending().count() < MOST_PENDING) {
            publishLater(publications);
        } else {
            publishNow(publications);
        }
        for (HeldRanges held : holds) {
            held.note(publications);
        }
    }

    /** Returns whether nothing is known by which a system that has allowed code would refuse. */
    private boolean succeeds(List<Publication> publications) {
        long writableBytes = 0;
        for (Publication publication : publications) {
            AddressRange pages = publication.pages();
            writableBytes += publication.prot().isWritable() ? pages.sizeBytes() : 0;
            if (ranges.around(pages).isEmpty()) {
                return false;
            }
        }
        boolean hasLimits = guest.hasDescriptorLine(); // as guests with a policy have
        return writableBytes <= FEW && !hasLimits;
    }

    private void publishLater(List<Publication> publications) {
        for (Publication publication : publications) {
            AddressRange pages = publication.pages();
            if (needsClearCache(publication)) {
                long start = pages.start().value();
                guest.pending().add(clearCache.get(), start, pages.end().value());
            }
            guest.pending()
                    .addOrEnd(
                            guest.address(Libc.MPROTECT),
                            pages.start().value(),
                            pages.sizeBytes(),
                            bits(publication.prot()));
            ranges.setPublished(pages, true);
        }
    }

    private void publishNow(List<Publication> publications) throws HostCallException {
        CallList calls = new CallList();
        for (Publication publication : publications) {
            AddressRange pages = publication.pages();
            if (needsClearCache(publication)) {
                long start = pages.start().value();
                calls.add(clearCache.get(), start, pages.end().value());
            }
            calls.addOrStop(
                    guest.address(Libc.MPROTECT),
                    pages.start().value(),
                    pages.sizeBytes(),
                    bits(publication.prot()));
            ranges.setPublished(pages, true);
        }
        if (!guest.threads().on(Use.NOTED_SERVICE, calls::runWithPending)) {
            Publication failed = publications.get(calls.stopping() - 1);
            throw Failure.of(
                    "mprotect(" + failed.pages() + ", " + failed.prot() + ")", calls.errno());
        }
        hasCode |= publications.stream().anyMatch(p -> p.prot().isExecutable());
    }

    private boolean needsClearCache(Publication publication) {
        return publication.prot().isExecutable() && !isCoherent();
    }

    private boolean isCoherent() {
        return guest.processor().hasCoherentInstructionCache();
    }

    static int bits(MemProt prot) {
        return (prot.isReadable() ? PROT_READ : 0)
                | (prot.isWritable() ? PROT_WRITE : 0)
                | (prot.isExecutable() ? PROT_EXEC : 0);
    }

    @Override
    public Map<AddressRange, HostCallException> discard(List<AddressRange> discarded) {
        Map<AddressRange, HostCallException> failures = new LinkedHashMap<>();
        for (List<AddressRange> neighbours : inGroups(discarded)) {
            AddressRange first = neighbours.getFirst();
            AddressRange whole = new AddressRange(first.start(), neighbours.getLast().end());
            try {
                discard(whole);
            } catch (HostCallException e) {
                neighbours.forEach(range -> failures.put(range, e));
            }
        }
        return failures;
    }

    /** Returns ranges in groups, each of which has no gaps and lies in one mapped range. */
    private List<List<AddressRange>> inGroups(List<AddressRange> discarded) {
        List<AddressRange> sorted = new ArrayList<>(discarded);
        sorted.sort(Comparator.comparing(AddressRange::start));
        List<List<AddressRange>> groups = new ArrayList<>();
        for (AddressRange range : sorted) {
            List<AddressRange> last = groups.isEmpty() ? List.of() : groups.getLast();
            if (!last.isEmpty() && areTogether(last.getFirst(), last.getLast(), range)) {
                last.add(range);
            } else {
                groups.add(new ArrayList<>(List.of(range)));
            }
        }
        return groups;
    }

    private boolean areTogether(AddressRange first, AddressRange last, AddressRange next) {
        return last.end().equals(next.start())
                && ranges.around(new AddressRange(first.start(), next.end())).isPresent();
    }

    private void discard(AddressRange range) throws HostCallException {
        Optional<MappedRange> around = ranges.around(range).filter(MappedRange::isInFile);
        if (around.isPresent() && !holds.isEmpty()) {
            moveContent(range);
            return;
        }
        CallList calls = new CallList();
        long start = range.start().value();
        long size = range.sizeBytes();
        calls.addOrStop(guest.address(Libc.MADVISE), start, size, MADV_DONTNEED);
        calls.addOrStop(guest.address(Libc.MPROTECT), start, size, PROT_READ);
        if (!guest.threads().on(Use.NOTED_SERVICE, calls::runWithPending)) {
            throw Failure.of("madvise(" + range + ", MADV_DONTNEED)", calls.errno());
        }
        if (around.isPresent() && !content.clear(around.get().offsetOf(range.start()), size)) {
            moveContent(range);
        } else {
            ranges.setPublished(range, false);
        }
    }

    /** Makes the content of a range zero, at another place: a copy may look at this one. */
    private void moveContent(AddressRange range) throws HostCallException {
        long size = range.sizeBytes();
        long start = range.start().value();
        long offset = content.take(size);
        int flags = MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED;
        long moved = onGuest(thread -> mapInGuest(thread, start, size, flags, offset));
        if (moved == MAP_FAILED) {
            throw Failure.of("mmap(" + range + ")", Errno.ENOMEM);
        }
        for (MappedRange old : ranges.remove(range)) {
            content.unmapMirror(old);
        }
        ranges.add(new MappedRange(range, content.map(size, offset), offset, new BitSet()));
    }

    /** Keeps the present memory for a copy of the guest that waits. */
    public MemoryHold hold() {
        HeldRanges held = new HeldRanges(guest, content, shared, ranges, holds::remove);
        holds.add(held);
        return held;
    }

    /**
     * {@inheritDoc} It is done when the guest is asked for something else, if it is memory of the
     * file, whose places are never given out again: a controller that leaves gives back each
     * allocation with a call.
     */
    @Override
    public Map<AddressRange, HostCallException> unmap(List<AddressRange> unmapped) {
        if (guest.pending().count() + unmapped.size() < MOST_PENDING && areInFile(unmapped)) {
            unmapLater(unmapped);
            return Map.of();
        }
        return unmapNow(unmapped);
    }

    private boolean areInFile(List<AddressRange> all) {
        for (AddressRange range : all) {
            if (ranges.around(range).filter(MappedRange::isInFile).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void unmapLater(List<AddressRange> unmapped) {
        for (AddressRange range : unmapped) {
            long start = range.start().value();
            guest.pending().add(guest.address(Libc.MUNMAP), start, range.sizeBytes());
            ranges.remove(range).forEach(this::unmapHere);
        }
        isUnmappedLater = true;
    }

    /** Makes memory that is to be unmapped inaccessible, before somebody looks whether it is. */
    private void unmapPending() {
        if (isUnmappedLater) {
            isUnmappedLater = false;
            guest.makePendingCalls();
        }
    }

    private Map<AddressRange, HostCallException> unmapNow(List<AddressRange> unmapped) {
        CallList calls = new CallList();
        for (AddressRange range : unmapped) {
            calls.addOrStop(guest.address(Libc.MUNMAP), range.start().value(), range.sizeBytes());
        }
        Map<AddressRange, HostCallException> failures = new LinkedHashMap<>();
        if (!unmapped.isEmpty() && !guest.threads().on(Use.NOTED_SERVICE, calls::runWithPending)) {
            AddressRange failed = unmapped.get(calls.made() - 1);
            failures.put(failed, Failure.of("munmap(" + failed + ")", calls.errno()));
            failures.putAll(unmapNow(unmapped.subList(calls.made(), unmapped.size())));
        }
        for (AddressRange range : unmapped) {
            if (!failures.containsKey(range)) {
                ranges.remove(range).forEach(this::unmapHere);
            }
        }
        return failures;
    }

    private void unmapHere(MappedRange range) {
        content.unmap(range);
        if (!range.isInFile()) {
            shared.unmapped(range);
        }
    }

    @Override
    public boolean tryRead(ExecutorAddress source, MemorySegment target) {
        unmapPending();
        return requireLife(guest.memory().read(source, target));
    }

    /** Writes where guest code writes: into its own copy if the page has been published. */
    @Override
    public boolean tryWrite(MemorySegment source, ExecutorAddress target) {
        Optional<MappedRange> unpublished = unpublished(target, source.byteSize());
        if (unpublished.isPresent()) {
            long mirror = unpublished.get().mirrorOf(target);
            NativeMemory.view(mirror, source.byteSize()).copyFrom(source);
            return true;
        }
        guest.makePendingCalls();
        return requireLife(guest.memory().write(source, target));
    }

    /**
     * Fills memory if it is that of a shared-memory object, also if the guest has ended: a copy
     * that waits has the same.
     */
    public void fillShared(AddressRange part, MemorySegment content) {
        ranges.around(part)
                .filter(range -> !range.isInFile())
                .ifPresent(
                        range ->
                                NativeMemory.view(range.mirrorOf(part.start()), part.sizeBytes())
                                        .copyFrom(content));
    }

    private Optional<MappedRange> unpublished(ExecutorAddress target, long sizeBytes) {
        if (Long.compareUnsigned(target.value() + sizeBytes, target.value()) < 0) {
            return Optional.empty();
        }
        return ranges.aroundUnpublished(AddressRange.of(target, sizeBytes));
    }

    private boolean requireLife(boolean copied) {
        if (!copied) {
            guest.end()
                    .ifPresent(
                            end -> {
                                throw new GuestGoneException(end);
                            });
        }
        return copied;
    }

    /** Lets the guest store the word; no other call stores in one piece. */
    @Override
    public boolean tryStore(long value, ExecutorAddress target) {
        ExecutorAddress store = guest.address(GuestProgram.STORE);
        return guest.threads()
                .on(Use.SERVICE, thread -> thread.probe(store, target.value(), value, 0));
    }

    @Override
    public boolean isExecutable(ExecutorAddress address) {
        guest.makePendingCalls();
        return requireLife(maps.isExecutable(address));
    }

    @Override
    public SharedMapping mapShared(long sizeBytes) throws HostCallException {
        long size = roundToPages(sizeBytes);
        SharedMemory.New made = onGuest(Use.SERVICE, thread -> shared.map(thread, size));
        ranges.add(made.range());
        return new SharedMapping(made.name(), made.range().guest());
    }

    @Override
    public void unlinkShared(String name) throws HostCallException {
        SharedObjects.unlink(name);
    }

    private long roundToPages(long sizeBytes) throws HostCallException {
        long rounded = (sizeBytes + pageSizeBytes - 1) & -pageSizeBytes;
        if (Long.compareUnsigned(rounded, sizeBytes) < 0) {
            throw Failure.of("mmap(size=0x" + Long.toHexString(sizeBytes) + ")", Errno.ENOMEM);
        }
        return rounded;
    }

    /** Closes the descriptor by which guest code could see this memory. */
    public void closeDescriptor() {
        guest.threads()
                .on(
                        Use.SERVICE,
                        thread -> {
                            content.closeIn(thread);
                            return null;
                        });
    }

    /** Gives the memory of all ranges back, after the guest has ended. */
    @Override
    public void close() {
        for (MappedRange range : ranges.all()) {
            content.unmapMirror(range);
        }
        content.close();
        shared.close();
    }
}
