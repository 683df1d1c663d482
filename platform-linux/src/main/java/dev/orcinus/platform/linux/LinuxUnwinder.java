package dev.orcinus.platform.linux;

import dev.orcinus.bindings.linux.Unwind;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.guest.GuestUnwinder;

/** The registry of libgcc, which takes a whole section at a time. */
final class LinuxUnwinder implements GuestUnwinder {
    @Override
    public void register(AddressRange section) {
        Unwind.__register_frame(section.start().value());
    }

    @Override
    public void deregister(AddressRange section) {
        Unwind.__deregister_frame(section.start().value());
    }
}
