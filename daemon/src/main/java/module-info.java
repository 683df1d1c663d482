/**
 * The daemon: accepts connections and gives each session a guest process of its own. JNR-POSIX is
 * used here and nowhere else.
 */
@SuppressWarnings("module") // the module that it is exported to is compiled after it
module dev.orcinus.daemon {
    requires dev.orcinus.executor;
    requires dev.orcinus.memory;
    requires dev.orcinus.platform;
    requires dev.orcinus.protocol;
    requires dev.orcinus.secure;
    requires static jdk.management;
    requires static org.jnrproject.constants;
    requires static org.jnrproject.posix;

    exports dev.orcinus.daemon to
            dev.orcinus.cli;
    exports dev.orcinus.daemon.admission to
            dev.orcinus.cli;
    exports dev.orcinus.daemon.background to
            dev.orcinus.cli;
    exports dev.orcinus.daemon.control to
            dev.orcinus.cli;
    exports dev.orcinus.daemon.policy to
            dev.orcinus.cli;

    uses dev.orcinus.platform.spi.host.HostProvider;
}
