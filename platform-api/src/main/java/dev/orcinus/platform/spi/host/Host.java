package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.InProcessGuest;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import java.util.List;

/**
 * The services that one operating system offers to Orcinus itself. All of them may be called from
 * any thread.
 */
public interface Host {
    /** Returns the services for descriptors, sockets, and the peers behind them. */
    HostChannels channels();

    /** Returns the process that Orcinus runs in. */
    HostProcess process();

    /**
     * Returns the guest whose code lives in this process. It is always the same one. If its code
     * faults, this process ends.
     */
    InProcessGuest guestInThisProcess();

    /**
     * Starts a guest whose code lives in a process of its own.
     *
     * @throws UnsupportedOperationException if there is none for this operating system
     */
    default IsolatedGuest startGuest(GuestOptions options) throws HostCallException {
        return IsolatedGuestProvider.current().start(options);
    }

    /**
     * Returns what this system cannot enforce of a policy for guests, each as a part of a sentence.
     */
    default List<String> missing(GuestPolicy policy) {
        if (policy.isNone()) {
            return List.of();
        }
        return IsolatedGuestProvider.isAvailable()
                ? IsolatedGuestProvider.current().missing(policy)
                : List.of("processes of their own for guests");
    }

    /**
     * Returns a guest for a session: a process of its own, or the guest in this process where the
     * operating system has no others.
     */
    default Guest guestForSession() throws HostCallException {
        return IsolatedGuestProvider.isAvailable()
                ? startGuest(GuestOptions.ofSession())
                : guestInThisProcess();
    }
}
