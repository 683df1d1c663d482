package dev.orcinus.fakes;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A made-up address space with real bytes, which behaves like that of another process: callers fill
 * a buffer, and guest code gets a copy when it is published. It maps from the top down, and uses
 * addresses again. It asserts that an OS would accept each call, keeps the calls as text, and fails
 * the call that a test chooses. Many threads may use it.
 */
public final class FakeGuestMemory implements GuestMemory {
    /** Bytes of a page. */
    public static final long PAGE = 0x1000;

    private static final long TOP = 0x7f00_0000_0000L;
    private static final long LIMIT_BYTES = 1 << 24;

    private final long gapBytes;
    private final TreeMap<ExecutorAddress, Mapping> mappings = new TreeMap<>();
    private final Set<String> names = new TreeSet<>();
    private final List<String> calls = new ArrayList<>();
    private int reads;
    private int publishRequests;
    private int callsUntilFailure = -1;
    private String failedCall;
    private GuestEnd end;
    private int nextName;

    private FakeGuestMemory(long gapBytes) {
        this.gapBytes = gapBytes;
    }

    /** Returns a memory whose mappings touch, as on Linux. */
    public static FakeGuestMemory withoutGaps() {
        return new FakeGuestMemory(0);
    }

    /** Returns a memory with unmapped pages between all mappings. */
    public static FakeGuestMemory withGaps() {
        return new FakeGuestMemory(0x10_0000);
    }

    private static final class Mapping {
        final AddressRange range;
        final String name;
        final MemorySegment filled;
        final MemorySegment published;
        final MemProt[] prots;
        final boolean[] isPublished;

        Mapping(AddressRange range, String name) {
            this.range = range;
            this.name = name;
            int size = Math.toIntExact(range.sizeBytes());
            this.published = MemorySegment.ofArray(new byte[size]);
            this.filled = name == null ? MemorySegment.ofArray(new byte[size]) : published;
            this.prots = new MemProt[(int) (size / PAGE)];
            this.isPublished = new boolean[prots.length];
            Arrays.fill(prots, MemProt.READ_WRITE);
        }

        int page(ExecutorAddress address) {
            return (int) (address.minus(range.start()) / PAGE);
        }

        MemorySegment at(MemorySegment bytes, AddressRange part) {
            return bytes.asSlice(part.start().minus(range.start()), part.sizeBytes());
        }

        void publish(AddressRange pages, MemProt prot) {
            for (ExecutorAddress at : addresses(pages)) {
                AddressRange page = AddressRange.of(at, PAGE);
                if (!isPublished[page(at)]) {
                    at(published, page).copyFrom(at(filled, page));
                }
                isPublished[page(at)] = true;
                prots[page(at)] = prot;
            }
        }

        void discard(AddressRange pages) {
            at(filled, pages).fill((byte) 0);
            at(published, pages).fill((byte) 0);
            for (ExecutorAddress at : addresses(pages)) {
                isPublished[page(at)] = false;
                prots[page(at)] = MemProt.READ_WRITE;
            }
        }

        byte get(ExecutorAddress address) {
            MemorySegment bytes = isPublished[page(address)] ? published : filled;
            return bytes.get(ValueLayout.JAVA_BYTE, address.minus(range.start()));
        }

        void set(ExecutorAddress address, byte value) {
            long offset = address.minus(range.start());
            published.set(ValueLayout.JAVA_BYTE, offset, value);
            filled.set(ValueLayout.JAVA_BYTE, offset, value);
        }

        static List<ExecutorAddress> addresses(AddressRange pages) {
            List<ExecutorAddress> all = new ArrayList<>();
            for (long offset = 0; offset < pages.sizeBytes(); offset += PAGE) {
                all.add(pages.start().plus(offset));
            }
            return all;
        }
    }

    /** Makes the {@code nth} call from now fail without effect; 1 is the next one. */
    public synchronized void failCall(int nth) {
        callsUntilFailure = nth;
        failedCall = null;
    }

    /** Makes all calls from now on find that the guest has ended. */
    public synchronized void end(GuestEnd how) {
        end = how;
    }

    /** Returns the call that was made to fail, or null. */
    public synchronized String failedCall() {
        return failedCall;
    }

    /** Returns the calls so far and empties the list. */
    public synchronized List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    /** Returns how many requests to publish there were, of one range or of many. */
    public synchronized int publishRequests() {
        return publishRequests;
    }

    /** Returns the mapped ranges. */
    public synchronized List<AddressRange> mapped() {
        return mappings.values().stream().map(mapping -> mapping.range).toList();
    }

    /** Returns whether an address is mapped. */
    public synchronized boolean isMapped(ExecutorAddress address) {
        return isInside(address, 1) && find(AddressRange.of(address, 1)) != null;
    }

    /** Returns whether a range ends in the address space. */
    private static boolean isInside(ExecutorAddress start, long sizeBytes) {
        return Long.compareUnsigned(start.value(), -1 - sizeBytes) <= 0;
    }

    /** Returns the names of shared memory. */
    public synchronized Set<String> names() {
        return Set.copyOf(names);
    }

    /** Returns the protection of a page. */
    public synchronized MemProt protAt(ExecutorAddress address) {
        Mapping mapping = around(AddressRange.of(address, 1));
        return mapping.prots[mapping.page(address)];
    }

    /** Returns the bytes of a range, whatever its protection. */
    public synchronized byte[] peek(AddressRange range) {
        Mapping mapping = around(range);
        byte[] bytes = new byte[(int) range.sizeBytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = mapping.get(range.start().plus(i));
        }
        return bytes;
    }

    /** Maps pages for a test, and publishes them; no call is counted. */
    public synchronized AddressRange pages(long sizeBytes, MemProt prot) {
        try {
            Mapping mapping = add(sizeBytes, null);
            mapping.publish(mapping.range, prot);
            return mapping.range;
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes bytes as guest code does, whatever the protection. */
    public synchronized void put(ExecutorAddress address, byte[] bytes) {
        Mapping mapping = around(AddressRange.of(address, bytes.length));
        for (int i = 0; i < bytes.length; i++) {
            mapping.set(address.plus(i), bytes[i]);
        }
    }

    @Override
    public long pageSizeBytes() {
        return PAGE;
    }

    @Override
    public synchronized AddressRange mapSlab(long sizeBytes, SlabPlace place)
            throws HostCallException {
        return map(sizeBytes);
    }

    @Override
    public synchronized AddressRange map(long sizeBytes) throws HostCallException {
        called("map " + Long.toHexString(sizeBytes));
        return add(sizeBytes, null).range;
    }

    @Override
    public synchronized SharedMapping mapShared(long sizeBytes) throws HostCallException {
        called("mapShared " + Long.toHexString(sizeBytes));
        Mapping mapping = add(sizeBytes, "/fake-" + nextName++);
        names.add(mapping.name);
        return new SharedMapping(mapping.name, mapping.range);
    }

    private Mapping add(long sizeBytes, String name) throws HostCallException {
        if (Long.compareUnsigned(sizeBytes - 1, LIMIT_BYTES) >= 0) {
            throw new HostCallException("mmap", sizeBytes == 0 ? 22 : 12, "refused");
        }
        long size = (sizeBytes + PAGE - 1) & -PAGE;
        ExecutorAddress end = new ExecutorAddress(TOP);
        for (Mapping above : mappings.descendingMap().values()) {
            if (end.minus(above.range.end()) >= size + gapBytes) {
                break;
            }
            end = new ExecutorAddress(above.range.start().value() - gapBytes);
        }
        AddressRange range = AddressRange.of(new ExecutorAddress(end.value() - size), size);
        Mapping mapping = new Mapping(range, name);
        mappings.put(range.start(), mapping);
        return mapping;
    }

    @Override
    public synchronized MemorySegment fill(AddressRange range) {
        if (range.isEmpty()) {
            return MemorySegment.NULL;
        }
        Mapping mapping = around(range);
        for (ExecutorAddress at : Mapping.addresses(range.roundToPages(PAGE))) {
            require(!mapping.isPublished[mapping.page(at)], "fills published memory at " + at);
        }
        return mapping.at(mapping.filled, range);
    }

    @Override
    public synchronized void publish(List<Publication> ranges) throws HostCallException {
        publishRequests++;
        for (Publication range : ranges) {
            called("protect " + range.pages() + " " + range.prot());
            wholePages(range.pages()).publish(range.pages(), range.prot());
        }
    }

    @Override
    public synchronized Map<AddressRange, HostCallException> discard(List<AddressRange> ranges) {
        return each(ranges, this::discard);
    }

    private void discard(AddressRange range) throws HostCallException {
        called("discard " + range);
        Mapping mapping = wholePages(range);
        require(mapping.name == null, "discards shared pages " + range);
        mapping.discard(range);
    }

    @Override
    public synchronized Map<AddressRange, HostCallException> unmap(List<AddressRange> ranges) {
        return each(ranges, this::unmap);
    }

    private void unmap(AddressRange range) throws HostCallException {
        called("unmap " + range);
        require(wholePages(range).range.equals(range), "unmaps a part only: " + range);
        mappings.remove(range.start());
    }

    @FunctionalInterface
    private interface Step {
        void run(AddressRange range) throws HostCallException;
    }

    private static Map<AddressRange, HostCallException> each(List<AddressRange> ranges, Step step) {
        Map<AddressRange, HostCallException> failures = new LinkedHashMap<>();
        for (AddressRange range : ranges) {
            try {
                step.run(range);
            } catch (HostCallException e) {
                failures.put(range, e);
            }
        }
        return failures;
    }

    /** Returns how often {@link #tryRead} has been called. */
    public synchronized int reads() {
        return reads;
    }

    @Override
    public synchronized boolean tryRead(ExecutorAddress source, MemorySegment target) {
        reads++;
        if (!isInside(source, target.byteSize())) {
            return false;
        }
        AddressRange range = AddressRange.of(source, target.byteSize());
        if (find(range) == null) {
            return false;
        }
        target.copyFrom(MemorySegment.ofArray(peek(range)));
        return true;
    }

    @Override
    public synchronized boolean tryWrite(MemorySegment source, ExecutorAddress target) {
        if (!isInside(target, source.byteSize())) {
            return false;
        }
        Mapping mapping = find(AddressRange.of(target, source.byteSize()));
        if (mapping == null || !mapping.prots[mapping.page(target)].isWritable()) {
            return false;
        }
        put(target, source.toArray(ValueLayout.JAVA_BYTE));
        return true;
    }

    @Override
    public boolean tryStore(long value, ExecutorAddress target) {
        require(target.isAligned(Long.BYTES), "stores a word at " + target);
        return tryWrite(MemorySegment.ofArray(new long[] {value}), target);
    }

    @Override
    public synchronized boolean isExecutable(ExecutorAddress address) {
        return isMapped(address) && protAt(address).isExecutable();
    }

    @Override
    public synchronized void unlinkShared(String name) throws HostCallException {
        called("unlinkShared " + name);
        names.remove(name);
    }

    private void called(String call) throws HostCallException {
        calls.add(call);
        if (end != null) {
            throw new GuestGoneException(end);
        }
        if (--callsUntilFailure == 0) {
            failedCall = call;
            throw new HostCallException(call, 5, "made to fail");
        }
    }

    private Mapping wholePages(AddressRange range) {
        require(!range.isEmpty(), "uses no pages at " + range.start());
        require(
                range.start().isAligned(PAGE) && range.end().isAligned(PAGE),
                "uses parts of pages: " + range);
        return around(range);
    }

    private Mapping around(AddressRange range) {
        Mapping mapping = find(range);
        require(mapping != null, "uses memory that is not mapped: " + range);
        return mapping;
    }

    private Mapping find(AddressRange range) {
        Map.Entry<ExecutorAddress, Mapping> below = mappings.floorEntry(range.start());
        return below != null && below.getValue().range.contains(range) ? below.getValue() : null;
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new AssertionError("the caller " + fault);
        }
    }
}
