package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
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

    /**
     * Returns the libraries of a program in the order in which their symbols count: those that it
     * names in its order, then others that may replace functions of the C library, then that one,
     * unless the program names it itself.
     */
    static List<String> of(ProgramShape shape) {
        Set<String> libraries = new LinkedHashSet<>();
        shape.libraries().forEach(path -> libraries.add(name(path)));
        Set<String> ofSymbols = new LinkedHashSet<>(shape.symbols().libraries());
        ofSymbols.remove(C_LIBRARY);
        libraries.addAll(ofSymbols);
        libraries.add(C_LIBRARY);
        return List.copyOf(libraries);
    }
}
