package dev.orcinus.fakes;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** As trusting as libgcc's, but it notices what would have gone wrong. */
public final class FakeUnwinder implements GuestUnwinder {
    private final FakeGuestMemory memory;
    private final Set<AddressRange> sections = new LinkedHashSet<>();

    /** Without a section; {@code memory} tells what is mapped. */
    public FakeUnwinder(FakeGuestMemory memory) {
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

    /** What is registered. */
    public List<AddressRange> sections() {
        return List.copyOf(sections);
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new AssertionError("the registry " + fault);
        }
    }
}
