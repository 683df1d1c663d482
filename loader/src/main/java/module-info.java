/** Links object files and loads them into this process or into an executor. */
@SuppressWarnings("module") // the module that it is exported to is compiled after it
module dev.orcinus.loader {
    requires dev.orcinus.formats;
    requires dev.orcinus.platform;
    requires dev.orcinus.memory;
    requires dev.orcinus.protocol;
    requires dev.orcinus.runtime;
    requires dev.orcinus.secure;
    requires jdk.net;

    exports dev.orcinus.jit;
    exports dev.orcinus.jit.bind;
    exports dev.orcinus.loader;
    exports dev.orcinus.loader.installed to
            dev.orcinus.cli;

    uses dev.orcinus.jit.SourceCompiler;
    uses dev.orcinus.platform.spi.host.HostProvider;
}
