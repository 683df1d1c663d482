/** The command line. Nothing depends on it. */
module dev.orcinus.cli {
    requires dev.orcinus.daemon;
    requires dev.orcinus.executor;
    requires dev.orcinus.loader;
    requires dev.orcinus.memory;
    requires dev.orcinus.platform;
    requires dev.orcinus.runtime;
    requires dev.orcinus.secure;

    uses dev.orcinus.platform.spi.host.HostProvider;
}
