package dev.orcinus.runtime;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostMemory;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/** Pages with bytes, never at the same address twice, and nothing readable around them. */
public final class FakeMemory implements HostMemory {
    /** Bytes of a page. */
    public static final long PAGE = 0x1000;

    private static final long GAP = 0x10_0000;

    private final TreeMap<ExecutorAddress, MemorySegment> mappings = new TreeMap<>();
    private ExecutorAddress next = new ExecutorAddress(0x7000_0000_0000L);

    /** Without a mapping. */
    public FakeMemory() {}

    /** Writes bytes, whatever the protection. */
    public void put(ExecutorAddress address, byte[] bytes) {
        if (!tryWrite(MemorySegment.ofArray(bytes), address)) {
            throw new AssertionError("the test writes to " + address);
        }
    }

    public boolean isMapped(ExecutorAddress address) {
        return tryRead(address, MemorySegment.ofArray(new byte[1]));
    }

    /** The bytes at hand from {@code address} on; empty where nothing is mapped. */
    private MemorySegment at(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, MemorySegment> below = mappings.floorEntry(address);
        long offset = below == null ? 0 : address.minus(below.getKey());
        return below == null || offset >= below.getValue().byteSize()
                ? MemorySegment.NULL
                : below.getValue().asSlice(offset);
    }

    @Override
    public long pageSizeBytes() {
        return PAGE;
    }

    @Override
    public AddressRange mapSlab(long sizeBytes, SlabPlace place) {
        return map(sizeBytes);
    }

    @Override
    public AddressRange map(long sizeBytes) {
        AddressRange range = AddressRange.of(next, sizeBytes).roundToPages(PAGE);
        mappings.put(next, MemorySegment.ofArray(new byte[(int) range.sizeBytes()]));
        next = range.end().plus(GAP);
        return range;
    }

    @Override
    public void protect(AddressRange range, MemProt prot) {}

    @Override
    public void discard(AddressRange range) {
        view(range).fill((byte) 0);
    }

    @Override
    public void unmap(AddressRange range) {
        mappings.remove(range.start());
    }

    @Override
    public MemorySegment view(AddressRange range) {
        return at(range.start()).asSlice(0, range.sizeBytes());
    }

    @Override
    public void flushInstructionCache(AddressRange range) {}

    @Override
    public boolean tryRead(ExecutorAddress source, MemorySegment target) {
        MemorySegment bytes = at(source);
        if (bytes.byteSize() < target.byteSize()) {
            return false;
        }
        target.copyFrom(bytes.asSlice(0, target.byteSize()));
        return true;
    }

    @Override
    public boolean tryWrite(MemorySegment source, ExecutorAddress target) {
        MemorySegment bytes = at(target);
        if (bytes.byteSize() < source.byteSize()) {
            return false;
        }
        bytes.copyFrom(source);
        return true;
    }

    @Override
    public boolean isExecutable(ExecutorAddress address) {
        return isMapped(address);
    }

    @Override
    public SharedMapping mapShared(long sizeBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unlinkShared(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unlinkSharedOf(long pid) {
        throw new UnsupportedOperationException();
    }
}
