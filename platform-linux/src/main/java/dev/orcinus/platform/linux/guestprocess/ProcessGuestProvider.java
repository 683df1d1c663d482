package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.LowSymbols;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;

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
        return options.isProgram()
                ? startProgram(processor, options, LowSymbols.NONE)
                : new ProcessGuest(Keeper.shared(processor).fork(), options);
    }

    /** Starts a guest of its own, whose stack and arguments the kernel has made. */
    static IsolatedGuest startProgram(Processor processor, GuestOptions options, LowSymbols symbols)
            throws HostCallException {
        Mailbox mailbox = new Mailbox(processor, Unistd.getpid());
        NativeProcess process =
                Launcher.launch(processor, symbols, options.arguments(), mailbox.file(), false);
        NativeGuest guest = new NativeGuest(processor, mailbox, process, NativeProcess::reap, true);
        ProcessEnd.leaveKeysToProgram();
        return new ProcessGuest(guest, options);
    }
}
