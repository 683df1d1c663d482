/** The command line. Nothing depends on it. */
module dev.orcinus.cli {
    requires dev.orcinus.daemon;
    requires dev.orcinus.executor;
    requires dev.orcinus.loader;
    requires dev.orcinus.platform;

    uses dev.orcinus.platform.spi.host.HostProvider;
}
