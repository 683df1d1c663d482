package dev.orcinus.runtime;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.HostUnwinder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** As trusting as libgcc's, but it notices what would have gone wrong. */
public final class FakeUnwinder implements HostUnwinder {
    private final FakeMemory memory;
    private final Set<AddressRange> sections = new LinkedHashSet<>();

    public FakeUnwinder(FakeMemory memory) {
        this.memory = memory;
    }

    @Override
    public void register(AddressRange section) {
        require(memory.isMapped(section.start()), "registers unmapped memory " + section);
        require(sections.add(section), "registers twice: " + section);
    }

    @Override
    public void deregister(AddressRange section) {
        require(sections.remove(section), "deregisters the unknown: " + section);
        require(memory.isMapped(section.start()), "deregisters after unmapping: " + section);
    }

    public List<AddressRange> sections() {
        return List.copyOf(sections);
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new AssertionError("the registry " + fault);
        }
    }
}
