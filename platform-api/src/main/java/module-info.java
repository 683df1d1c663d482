/**
 * Value types (addresses, protections, triples), the threads that modules share, and two SPIs: the
 * host offers the operating system to Orcinus itself, and the guest is the place where guest code
 * lives and runs. This module depends on nothing but the JDK.
 */
module dev.orcinus.platform {
    exports dev.orcinus.platform;
    exports dev.orcinus.platform.spi;
    exports dev.orcinus.platform.spi.guest;
    exports dev.orcinus.platform.spi.host;

    uses dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
    uses dev.orcinus.platform.spi.host.HostProvider;
}
