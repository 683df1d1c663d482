package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.AddressRange;

/**
 * The unwinder's registry. It trusts its caller: a section must be readable, not empty, end with a
 * zero length word, and be deregistered exactly once, before it is unmapped.
 */
public interface GuestUnwinder {
    /** Registers an {@code .eh_frame} section. */
    void register(AddressRange section);

    /** Deregisters a section that was registered. */
    void deregister(AddressRange section);
}
