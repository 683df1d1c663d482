/**
 * The host services of Linux (glibc, x86-64 and AArch64), the guest in this process, and what ELF
 * means at run time. Exports nothing: {@link java.util.ServiceLoader} finds its providers.
 */
module dev.orcinus.platform.linux {
    requires dev.orcinus.bindings;
    requires dev.orcinus.platform;
    requires dev.orcinus.runtime;

    provides dev.orcinus.platform.spi.host.HostProvider with
            dev.orcinus.platform.linux.LinuxHostProvider;
    provides dev.orcinus.runtime.dylib.ObjectFormatRuntime with
            dev.orcinus.platform.linux.ElfRuntime;
}
