package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.policy.KernelParts;
import dev.orcinus.platform.linux.guestprocess.start.WaitingLauncher;
import dev.orcinus.platform.linux.guestprocess.start.WaitingProcess;
import dev.orcinus.platform.linux.guestprocess.start.WaitingShell;
import dev.orcinus.platform.linux.launch.LauncherFile;
import dev.orcinus.platform.linux.launch.LinuxLaunch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import dev.orcinus.platform.spi.guest.LaunchedProcess;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostLaunchers;
import dev.orcinus.platform.spi.host.LaunchedSession;
import java.util.List;
import java.util.Optional;

/** Starts guest processes under Linux. */
public final class ProcessGuestProvider implements IsolatedGuestProvider, HostLaunchers {
    /** For {@link java.util.ServiceLoader}. */
    public ProcessGuestProvider() {}

    @Override
    public boolean supports(String osName, String osArch) {
        return osName.equals("Linux") && Processor.named(osArch).isPresent();
    }

    @Override
    public List<String> missing(GuestPolicy policy) {
        return KernelParts.ofThisSystem(processor()).missing(policy);
    }

    private static Processor processor() {
        return Processor.named(System.getProperty("os.arch")).orElseThrow();
    }

    @Override
    public IsolatedGuest start(GuestOptions options) throws HostCallException {
        Processor processor = processor();
        if (!options.isProgram()) {
            requireAll(options.policy());
            return ProcessGuest.ofSession(
                    Keeper.startGuest(processor, options.policy()), options.arguments());
        }
        Optional<WaitingProcess> waiting = waiting();
        return waiting.isPresent()
                ? LauncherProgram.start(waiting.get(), processor, options.arguments())
                : ChildProgram.start(processor, options.arguments());
    }

    /** Returns the process that is to become a program, if one waits. */
    private static Optional<WaitingProcess> waiting() {
        Optional<WaitingShell> shell = WaitingShell.find();
        return shell.isPresent()
                ? shell.map(WaitingProcess.class::cast)
                : LaunchedProcess.current().map(LinuxLaunch.class::cast).map(WaitingLauncher::new);
    }

    @Override
    public byte[] launcher(LauncherBuild build, String script) {
        return LauncherFile.write(processor(), build, script);
    }

    @Override
    public LaunchedProcess receive(HostChannel connection, LauncherBuild build)
            throws HostCallException {
        return LinuxLaunch.receive(processor(), connection, build);
    }

    @Override
    public LaunchedSession startSession(LaunchedProcess process, int in, int out)
            throws HostCallException {
        return LauncherSession.start((LinuxLaunch) process, processor(), in, out);
    }

    private void requireAll(GuestPolicy policy) throws HostCallException {
        if (policy.isNone() || policy.isBestEffort()) {
            return;
        }
        List<String> missing = missing(policy);
        if (!missing.isEmpty()) {
            throw new HostCallException(
                    "policy", 0, "the kernel cannot " + String.join(", and cannot ", missing));
        }
    }
}
