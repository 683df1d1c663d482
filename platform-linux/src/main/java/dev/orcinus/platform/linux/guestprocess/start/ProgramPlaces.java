package dev.orcinus.platform.linux.guestprocess.start;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The places for the file of the guest's program, the best first. */
final class ProgramPlaces {
    private ProgramPlaces() {}

    static List<ProgramPlace> all() {
        List<ProgramPlace> all = new ArrayList<>();
        addCache(all);
        all.addAll(withoutCache());
        return all;
    }

    /** Returns the places for a file that no other process shall find. */
    static List<ProgramPlace> withoutCache() {
        List<ProgramPlace> all = new ArrayList<>();
        all.add(new MemoryPlace());
        add(all, System.getenv("XDG_RUNTIME_DIR"));
        add(all, System.getProperty("java.io.tmpdir"));
        return all;
    }

    private static void addCache(List<ProgramPlace> all) {
        String cache = System.getenv("XDG_CACHE_HOME");
        String home = System.getenv("HOME");
        if (isAbsolute(cache)) {
            all.add(new FolderPlace(Path.of(cache, "orcinus"), true));
        } else if (isAbsolute(home)) {
            all.add(new FolderPlace(Path.of(home, ".cache", "orcinus"), true));
        }
    }

    private static void add(List<ProgramPlace> all, String folder) {
        if (isAbsolute(folder)) {
            all.add(new FolderPlace(Path.of(folder), false));
        }
    }

    private static boolean isAbsolute(String folder) {
        return folder != null && folder.startsWith("/");
    }
}
