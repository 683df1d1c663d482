package dev.orcinus.platform.macos;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.macos.DarwinUnwind;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.guest.GuestUnwinder;

/**
 * The registry of libSystem's unwinder, which is LLVM's libunwind and takes one FDE at a time. It
 * looks there after it has found no image of dyld at an address, so code that we link needs DWARF
 * only: no compact unwind info is registered ({@code __unw_add_find_dynamic_unwind_sections}, of
 * macOS 14 and later).
 */
final class MacosUnwinder implements GuestUnwinder {
    @Override
    public void register(AddressRange section) {
        frames(section).forEach(DarwinUnwind::__register_frame);
    }

    @Override
    public void deregister(AddressRange section) {
        frames(section).forEach(DarwinUnwind::__deregister_frame);
    }

    private static FrameDescriptions frames(AddressRange section) {
        return new FrameDescriptions(
                section.start().value(),
                NativeMemory.view(section.start().value(), section.sizeBytes()));
    }
}
