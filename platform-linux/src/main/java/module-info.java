/**
 * The host services of Linux (glibc, x86-64 and AArch64), and the guest in this process. It exports
 * no package: {@link java.util.ServiceLoader} finds its provider.
 */
module dev.orcinus.platform.linux {
    requires dev.orcinus.bindings;
    requires dev.orcinus.formats;
    requires dev.orcinus.platform;
    requires dev.orcinus.platform.posix;

    provides dev.orcinus.platform.spi.guest.IsolatedGuestProvider with
            dev.orcinus.platform.linux.guestprocess.ProcessGuestProvider;
    provides dev.orcinus.platform.spi.host.HostProvider with
            dev.orcinus.platform.linux.LinuxHostProvider;
}
