// Tests across modules, and with real LLVM clients. The module exists so that they run on the
// module path, like the application; it is open to the test engine. (Error Prone does not accept a
// Javadoc comment on an open module.)
open module dev.orcinus.tests {
    requires dev.orcinus.cli;
    requires dev.orcinus.compile;
    requires dev.orcinus.daemon;
    requires dev.orcinus.executor;
    requires dev.orcinus.formats;
    requires dev.orcinus.loader;
    requires dev.orcinus.memory;
    requires dev.orcinus.platform;
    requires dev.orcinus.protocol;
    requires dev.orcinus.runtime;
    requires java.compiler;

    uses dev.orcinus.platform.spi.host.HostProvider;
}
