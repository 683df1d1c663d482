/**
 * The host services of macOS (x86-64 and arm64), and the guest in this process. It exports no
 * package: {@link java.util.ServiceLoader} finds its provider.
 */
module dev.orcinus.platform.macos {
    requires dev.orcinus.bindings;
    requires dev.orcinus.formats;
    requires dev.orcinus.platform;
    requires dev.orcinus.platform.posix;

    provides dev.orcinus.platform.spi.host.HostProvider with
            dev.orcinus.platform.macos.MacosHostProvider;
}
