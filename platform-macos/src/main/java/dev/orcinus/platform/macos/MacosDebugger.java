package dev.orcinus.platform.macos;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import java.util.Optional;

/**
 * GDB's JIT interface, which macOS does not have: a debugger looks for its two symbols in loaded
 * images, and an image that defines them would have to be a signed file. LLDB reads the interface
 * on macOS only if a user asks for it ({@code plugin.jit-loader.gdb.enable}). So objects are not
 * shown to debuggers, and nobody gets an error.
 */
final class MacosDebugger implements GuestDebugger {
    @Override
    public void register(AddressRange object) {}

    @Override
    public void unregister(AddressRange object) {}

    @Override
    public Optional<ExecutorAddress> find(String name) {
        return Optional.empty();
    }
}
