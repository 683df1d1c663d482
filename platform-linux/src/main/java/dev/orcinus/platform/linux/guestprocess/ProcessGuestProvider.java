package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.WaitingShell;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
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
            return new ProcessGuest(
                    Keeper.startGuest(processor),
                    options.arguments(),
                    ProgramShape.OF_SESSIONS,
                    null);
        }
        Optional<WaitingShell> launcher = WaitingShell.find();
        return launcher.isPresent()
                ? LauncherProgram.start(launcher.get(), processor, options.arguments())
                : ChildProgram.start(processor, options.arguments());
    }
}
