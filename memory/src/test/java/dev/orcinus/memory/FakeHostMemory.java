package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A made-up address space with real bytes. Maps from the top down without gaps, as Linux does, and
 * uses addresses again. Asserts that each call is one which an OS would accept, keeps the calls as
 * text, and fails the one that it was told to. For many threads.
 */
final class FakeHostMemory implements HostMemory {
    static final long PAGE = 0x1000;
    private static final long TOP = 0x7f00_0000_0000L;
    private static final long LIMIT_BYTES = 1 << 24;

    private final TreeMap<ExecutorAddress, Mapping> mappings = new TreeMap<>();
    private final Set<String> names = new TreeSet<>();
    private final List<String> calls = new ArrayList<>();
    private int callsUntilFailure = -1;
    private String failedCall;
    private int nextName;

    private record Mapping(
            AddressRange range, MemorySegment bytes, List<MemProt> prots, String name) {
        Mapping(AddressRange range, String name) {
            this(
                    range,
                    MemorySegment.ofArray(new byte[Math.toIntExact(range.sizeBytes())]),
                    new ArrayList<>(
                            Collections.nCopies(
                                    Math.toIntExact(range.sizeBytes() / PAGE), MemProt.READ_WRITE)),
                    name);
        }

        MemProt protAt(ExecutorAddress address) {
            return prots.get((int) (address.minus(range.start()) / PAGE));
        }

        void protect(AddressRange pages, MemProt prot) {
            int first = (int) (pages.start().minus(range.start()) / PAGE);
            Collections.fill(prots.subList(first, first + (int) (pages.sizeBytes() / PAGE)), prot);
        }

        MemorySegment slice(AddressRange part) {
            return bytes.asSlice(part.start().minus(range.start()), part.sizeBytes());
        }
    }

    /** Fails the {@code nth} call from now, 1 for the next; the call does nothing else. */
    synchronized void failCall(int nth) {
        callsUntilFailure = nth;
        failedCall = null;
    }

    /** The call that was made to fail, or null. */
    synchronized String failedCall() {
        return failedCall;
    }

    /** The calls so far; the list is emptied. */
    synchronized List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    synchronized List<AddressRange> mapped() {
        return mappings.values().stream().map(Mapping::range).toList();
    }

    synchronized Set<String> names() {
        return Set.copyOf(names);
    }

    synchronized MemProt protAt(ExecutorAddress address) {
        return around(new AddressRange(address, address.plus(1))).protAt(address);
    }

    /** The bytes of a range, whatever its protection. */
    synchronized MemorySegment peek(AddressRange range) {
        return around(range).slice(range);
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
            if (end.minus(above.range.end()) >= size) {
                break;
            }
            end = above.range.start();
        }
        AddressRange range = AddressRange.of(new ExecutorAddress(end.value() - size), size);
        Mapping mapping = new Mapping(range, name);
        mappings.put(range.start(), mapping);
        return mapping;
    }

    @Override
    public synchronized void protect(AddressRange range, MemProt prot) throws HostCallException {
        called("protect " + range + " " + prot);
        wholePages(range).protect(range, prot);
    }

    @Override
    public synchronized void discard(AddressRange range) throws HostCallException {
        called("discard " + range);
        Mapping mapping = wholePages(range);
        require(mapping.name == null, "discards shared pages " + range);
        mapping.slice(range).fill((byte) 0);
        mapping.protect(range, MemProt.READ_WRITE);
    }

    @Override
    public synchronized void unmap(AddressRange range) throws HostCallException {
        called("unmap " + range);
        require(wholePages(range).range.equals(range), "unmaps a part only: " + range);
        mappings.remove(range.start());
    }

    @Override
    public synchronized MemorySegment view(AddressRange range) {
        if (range.isEmpty()) {
            return MemorySegment.ofArray(new byte[0]);
        }
        Mapping mapping = around(range);
        for (ExecutorAddress at = range.start(); at.compareTo(range.end()) < 0; ) {
            require(mapping.protAt(at).isWritable(), "writes to protected memory at " + at);
            at = at.alignDown(PAGE).plus(PAGE);
        }
        return mapping.slice(range);
    }

    @Override
    public synchronized void flushInstructionCache(AddressRange range) {
        around(range);
        calls.add("flush " + range);
    }

    @Override
    public synchronized boolean tryRead(ExecutorAddress source, MemorySegment target) {
        target.copyFrom(peek(AddressRange.of(source, target.byteSize())));
        return true;
    }

    @Override
    public synchronized boolean tryWrite(MemorySegment source, ExecutorAddress target) {
        peek(AddressRange.of(target, source.byteSize())).copyFrom(source);
        return true;
    }

    @Override
    public synchronized boolean isExecutable(ExecutorAddress address) {
        return protAt(address).isExecutable();
    }

    @Override
    public synchronized void unlinkShared(String name) throws HostCallException {
        called("unlinkShared " + name);
        names.remove(name);
    }

    @Override
    public void unlinkSharedOf(long pid) {
        throw new AssertionError("unlinks names of process " + pid);
    }

    private void called(String call) throws HostCallException {
        calls.add(call);
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
        var below = mappings.floorEntry(range.start());
        require(
                below != null && below.getValue().range.contains(range),
                "uses memory that is not mapped: " + range);
        return below.getValue();
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new AssertionError("the memory manager " + fault);
        }
    }
}
