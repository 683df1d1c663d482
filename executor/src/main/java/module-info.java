/**
 * The executor: sessions with LLVM controllers over pipes and sockets, the daemon that gives each
 * session a process of its own, and the command line.
 */
module dev.orcinus.executor {
    requires dev.orcinus.platform;
    requires dev.orcinus.loader;
    requires dev.orcinus.memory;
    requires dev.orcinus.protocol;
    requires dev.orcinus.runtime;
    requires static org.jnrproject.constants;
    requires static org.jnrproject.posix;

    uses dev.orcinus.platform.spi.HostProvider;
}
