package dev.orcinus.platform.linux;

import dev.orcinus.bindings.foreign.EarlyLink;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;

/** The provider of the host for Linux on the processors of {@link Processor}. */
public final class LinuxHostProvider implements HostProvider {
    /** For {@link java.util.ServiceLoader}. */
    public LinuxHostProvider() {}

    @Override
    public boolean supports(String osName, String osArch) {
        return osName.equals("Linux") && Processor.named(osArch).isPresent();
    }

    @Override
    public Host open() {
        EarlyLink.begin();
        String arch = System.getProperty("os.arch");
        return new LinuxHost(
                Processor.named(arch)
                        .orElseThrow(() -> new UnsupportedOperationException("Linux on " + arch)));
    }
}
