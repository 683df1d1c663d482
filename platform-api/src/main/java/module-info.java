/**
 * Value types of the executor's world (addresses, protections, triples) and two SPIs: the host is
 * what the operating system offers to Orcinus itself, and the guest is where guest code lives and
 * runs. A leaf: it depends on nothing but the JDK.
 */
module dev.orcinus.platform {
    exports dev.orcinus.platform;
    exports dev.orcinus.platform.spi;
    exports dev.orcinus.platform.spi.guest;
    exports dev.orcinus.platform.spi.host;

    uses dev.orcinus.platform.spi.host.HostProvider;
}
