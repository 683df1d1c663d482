package dev.orcinus.platform.spi.host;

import java.util.ServiceLoader;

/** A service that opens the {@link Host} of one operating system. */
public interface HostProvider {
    /**
     * Returns whether this provider serves the running OS and processor, as named by {@code
     * os.name} and {@code os.arch}.
     */
    boolean supports(String osName, String osArch);

    /** Opens the host. One is enough for a process: it holds no state of a session. */
    Host open();

    /**
     * Returns the host of the OS that we run on.
     *
     * @throws UnsupportedOperationException if no provider supports it; the message says which
     *     artifact would
     */
    static Host current() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        for (HostProvider provider :
                ServiceLoader.load(HostProvider.class, HostProvider.class.getClassLoader())) {
            if (provider.supports(os, arch)) {
                return provider.open();
            }
        }
        throw new UnsupportedOperationException(
                "no Orcinus host for " + os + " on " + arch + advice(os));
    }

    private static String advice(String os) {
        return switch (os) {
            case "Linux" -> missing("orcinus-platform-linux");
            case "Mac OS X" -> missing("orcinus-platform-macos");
            default -> "";
        };
    }

    private static String missing(String artifact) {
        return ": the artifact "
                + artifact
                + " is neither on the module path nor on the class path, or does not support this"
                + " processor";
    }
}
