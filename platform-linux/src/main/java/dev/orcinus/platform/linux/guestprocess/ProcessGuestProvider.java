package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.start.WaitingShell;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import java.util.List;
import java.util.Optional;

/** Starts guest processes under Linux. */
public final class ProcessGuestProvider implements IsolatedGuestProvider {
    /** For {@link java.util.ServiceLoader}. */
    public ProcessGuestProvider() {}

    @Override
    public boolean supports(String osName, String osArch) {
        return osName.equals("Linux") && Processor.named(osArch).isPresent();
    }

    @Override
    public IsolatedGuest start(GuestOptions options) throws HostCallException {
        Processor processor = Processor.named(System.getProperty("os.arch")).orElseThrow();
        if (!options.isProgram()) {
            return new ProcessGuest(Keeper.shared(processor).fork(), options.arguments(), null);
        }
        Optional<WaitingShell> launcher = WaitingShell.find();
        return launcher.isPresent()
                ? LauncherProgram.start(launcher.get(), processor, options.arguments())
                : startChild(processor, options.arguments());
    }

    /** Starts a guest of its own, whose stack and arguments the kernel has made. */
    private static IsolatedGuest startChild(Processor processor, List<String> arguments)
            throws HostCallException {
        Mailbox mailbox = new Mailbox(processor, Unistd.getpid());
        NativeProcess process = Launcher.launch(processor, arguments, mailbox.file(), false);
        NativeGuest guest = new NativeGuest(processor, mailbox, process, NativeProcess::reap, true);
        return new ProcessGuest(guest, arguments, new ChildProgram());
    }
}
