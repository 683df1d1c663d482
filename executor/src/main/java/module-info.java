/**
 * The executor: sessions with LLVM controllers over pipes and sockets, the services that they call,
 * and the ORC runtimes that are written in Java.
 */
@SuppressWarnings("module") // the modules that it is exported to are compiled after it
module dev.orcinus.executor {
    requires dev.orcinus.formats;
    requires transitive dev.orcinus.memory;
    requires transitive dev.orcinus.platform;
    requires transitive dev.orcinus.protocol;
    requires transitive dev.orcinus.runtime;

    exports dev.orcinus.executor to
            dev.orcinus.cli,
            dev.orcinus.daemon;
    exports dev.orcinus.executor.orcrt to
            dev.orcinus.cli;
    exports dev.orcinus.executor.rehearsal to
            dev.orcinus.daemon;
    exports dev.orcinus.executor.session to
            dev.orcinus.cli,
            dev.orcinus.daemon;
    exports dev.orcinus.executor.target to
            dev.orcinus.cli,
            dev.orcinus.daemon;

    uses dev.orcinus.platform.spi.host.HostProvider;
}
