package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.platform.linux.guestprocess.program.LowSymbols;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names of the libraries that the guest's program needs. It has no state. */
public final class ProgramLibraries {
    private static final String C_LIBRARY = "libc.so.6";

    private ProgramLibraries() {}

    /**
     * Returns the name by which a program needs a library.
     *
     * @param path of its file
     */
    public static String name(String path) {
        return path.endsWith("/" + C_LIBRARY) ? C_LIBRARY : path;
    }

    /** Returns the libraries of a program, those first that may replace functions of the others. */
    static List<String> of(LowSymbols symbols) {
        Set<String> libraries = new LinkedHashSet<>(symbols.libraries());
        libraries.remove(C_LIBRARY);
        List<String> all = new ArrayList<>(libraries);
        all.add(C_LIBRARY);
        return all;
    }
}
