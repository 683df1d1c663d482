package dev.orcinus.platform.macos;

import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;

/** The provider of the host for macOS on the processors of {@link MacosProcessor}. */
public final class MacosHostProvider implements HostProvider {
    /** For {@link java.util.ServiceLoader}. */
    public MacosHostProvider() {}

    @Override
    public boolean supports(String osName, String osArch) {
        return osName.equals("Mac OS X") && MacosProcessor.named(osArch).isPresent();
    }

    @Override
    public Host open() {
        String arch = System.getProperty("os.arch");
        return new MacosHost(
                MacosProcessor.named(arch)
                        .orElseThrow(() -> new UnsupportedOperationException("macOS on " + arch)));
    }
}
