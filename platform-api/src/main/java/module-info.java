/**
 * Value types of the executor's world (addresses, protections, triples) and the SPI through which
 * Orcinus asks a host operating system for memory, libraries, native calls and descriptors. A leaf:
 * it depends on nothing but the JDK.
 */
module dev.orcinus.platform {
    exports dev.orcinus.platform;
    exports dev.orcinus.platform.spi;

    uses dev.orcinus.platform.spi.HostProvider;
}
