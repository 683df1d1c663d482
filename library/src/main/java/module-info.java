/**
 * Orcinus as one module: links object files, loads them into this process or into another one, and
 * calls them. It is granted native access; code that uses it needs none for its calls.
 *
 * <p>{@link dev.orcinus.jit.Jit} is where a program begins.
 */
module dev.orcinus {
    requires static jdk.jfr;
    requires jdk.net;

    exports dev.orcinus.compile;
    exports dev.orcinus.jit;
    exports dev.orcinus.jit.bind;
    exports dev.orcinus.loader;

    uses dev.orcinus.jit.SourceCompiler;
    uses dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
    uses dev.orcinus.platform.spi.host.HostProvider;

    provides dev.orcinus.jit.SourceCompiler with
            dev.orcinus.compile.MachineCompiler;
    provides dev.orcinus.platform.spi.guest.IsolatedGuestProvider with
            dev.orcinus.platform.linux.guestprocess.ProcessGuestProvider;
    provides dev.orcinus.platform.spi.host.HostProvider with
            dev.orcinus.platform.linux.LinuxHostProvider,
            dev.orcinus.platform.macos.MacosHostProvider;
}
