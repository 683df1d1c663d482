package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.Keeper.KeptGuest;
import dev.orcinus.platform.linux.guestprocess.policy.KernelParts;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.WaitingShell;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
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
            KeptGuest kept = Keeper.startGuest(processor, options.policy());
            return new ProcessGuest(
                    kept.guest(),
                    options.arguments(),
                    ProgramShape.OF_SESSIONS,
                    null,
                    kept.usage());
        }
        Optional<WaitingShell> launcher = WaitingShell.find();
        return launcher.isPresent()
                ? LauncherProgram.start(launcher.get(), processor, options.arguments())
                : ChildProgram.start(processor, options.arguments());
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
