package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.spi.HostCallException;
import java.util.List;
import java.util.ServiceLoader;

/** A service that starts guests in processes of their own under one operating system. */
public interface IsolatedGuestProvider {
    /**
     * Returns whether this provider serves the running OS and processor, as named by {@code
     * os.name} and {@code os.arch}.
     */
    boolean supports(String osName, String osArch);

    /**
     * Returns what this system cannot enforce of a policy, each as a part of a sentence.
     *
     * @return an empty list if it can enforce all of it
     */
    List<String> missing(GuestPolicy policy);

    /**
     * Starts a guest.
     *
     * @throws HostCallException also if the policy cannot be enforced, and is not a best effort
     */
    IsolatedGuest start(GuestOptions options) throws HostCallException;

    /**
     * Returns the provider for the OS that we run on.
     *
     * @throws UnsupportedOperationException if there is none
     */
    static IsolatedGuestProvider current() {
        IsolatedGuestProvider provider = find();
        if (provider == null) {
            throw new UnsupportedOperationException(
                    "no guest in a process of its own can be started under "
                            + System.getProperty("os.name")
                            + " on "
                            + System.getProperty("os.arch"));
        }
        return provider;
    }

    /** Returns whether there is a provider for the OS that we run on. */
    static boolean isAvailable() {
        return find() != null;
    }

    /** Returns the provider for the OS that we run on, or null. */
    private static IsolatedGuestProvider find() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        ClassLoader loader = IsolatedGuestProvider.class.getClassLoader();
        for (IsolatedGuestProvider provider :
                ServiceLoader.load(IsolatedGuestProvider.class, loader)) {
            if (provider.supports(os, arch)) {
                return provider;
            }
        }
        return null;
    }
}
