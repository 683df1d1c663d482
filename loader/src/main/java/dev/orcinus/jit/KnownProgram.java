package dev.orcinus.jit;

import dev.orcinus.loader.input.KnownPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A program that this JVM may have linked before, of the same unchanged files. What was linked the
 * second time is kept, and added the third time instead of the program's objects and archives.
 *
 * <pre>{@code
 * List<Path> files = List.of(Path.of("main.o"), Path.of("libutil.a"));
 * Optional<KnownProgram> known = KnownProgram.of("main.o libutil.a", files);
 * if (known.isEmpty() || !dylib.addKnown(known.get())) {
 *     for (Path file : files) {
 *         dylib.add(file);
 *     }
 *     known.ifPresent(dylib::keepAs);
 * }
 * dylib.link();
 * }</pre>
 */
public final class KnownProgram {
    private final KnownPrograms.Key key;

    private KnownProgram(KnownPrograms.Key key) {
        this.key = key;
    }

    /**
     * Returns a program; empty if one of its files cannot be known again, as it has just changed.
     *
     * @param request all that decides how the program is linked, besides its files
     * @param files all files that it is linked of, libraries included, in their order
     */
    public static Optional<KnownProgram> of(String request, List<Path> files) {
        Objects.requireNonNull(request, "request");
        return KnownPrograms.key(request, Lists.copy(files, "files")).map(KnownProgram::new);
    }

    KnownPrograms.Key key() {
        return key;
    }

    /**
     * Forgets what is kept of the program, because it cannot be linked as it was, but can be linked
     * of its files. It is not kept again as long as these stay the same.
     */
    public void forget() {
        KnownPrograms.shared().refuse(key);
    }
}
