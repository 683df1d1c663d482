package dev.orcinus.fakes;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An unwinder that asserts what libgcc's takes for granted. */
public final class FakeUnwinder implements GuestUnwinder {
    private final FakeGuestMemory memory;
    private final Set<AddressRange> sections = new LinkedHashSet<>();

    /** An unwinder without sections; {@code memory} knows which pages are mapped. */
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
        require(sections.remove(section), "deregisters an unknown section: " + section);
        require(memory.isMapped(section.start()), "deregisters after unmapping: " + section);
    }

    /** Returns the registered sections. */
    public List<AddressRange> sections() {
        return List.copyOf(sections);
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new AssertionError("the registry " + fault);
        }
    }
}
