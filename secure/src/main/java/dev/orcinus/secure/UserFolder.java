package dev.orcinus.secure;

import java.nio.file.Path;

/** The folder in which this user's settings are: {@code ~/.config/orcinus}. */
public final class UserFolder {
    private UserFolder() {}

    /** Returns the folder, which may not exist; {@code XDG_CONFIG_HOME} moves it. */
    public static Path settings() {
        String base = System.getenv("XDG_CONFIG_HOME");
        return (base == null || base.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".config")
                        : Path.of(base))
                .resolve("orcinus");
    }

    /** Returns the file with the certificates of daemons that this user has connected to. */
    public static Path knownHosts() {
        return settings().resolve("known_hosts");
    }
}
