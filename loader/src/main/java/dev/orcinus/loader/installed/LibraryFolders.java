package dev.orcinus.loader.installed;

import java.util.List;

/** The folders in which systems keep their libraries. */
public final class LibraryFolders {
    /**
     * Those of all systems that we know with this processor, in the order in which they are
     * searched. A system may have libraries for other processors, too, in folders of their own.
     */
    public static final List<String> OF_THE_SYSTEM = of(System.getProperty("os.arch"));

    private LibraryFolders() {}

    /**
     * Returns the folders of systems with a processor.
     *
     * @param processor as Java names it
     */
    static List<String> of(String processor) {
        String triple = processor.equals("aarch64") ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        return List.of(
                "/usr/local/lib",
                "/lib/" + triple,
                "/usr/lib/" + triple,
                "/lib64",
                "/usr/lib64",
                "/lib",
                "/usr/lib");
    }
}
