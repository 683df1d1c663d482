package dev.orcinus.loader.installed;

import java.util.List;

/** The folders in which systems keep their libraries. */
public final class LibraryFolders {
    /** Those of all systems that we know, in the order in which they are searched. */
    public static final List<String> OF_THE_SYSTEM =
            List.of(
                    "/usr/local/lib",
                    "/lib/x86_64-linux-gnu",
                    "/usr/lib/x86_64-linux-gnu",
                    "/lib/aarch64-linux-gnu",
                    "/usr/lib/aarch64-linux-gnu",
                    "/lib64",
                    "/usr/lib64",
                    "/lib",
                    "/usr/lib");

    private LibraryFolders() {}
}
