package dev.orcinus.tests.jit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** The artifact {@code orcinus} of this build. */
public final class LibraryJar {
    private LibraryJar() {}

    /** Returns its file. */
    public static Path path() throws IOException {
        Path target = Path.of(System.getProperty("orcinus.root"), "library", "target");
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(target, "orcinus-*[!s].jar")) { // not -sources.jar
            for (Iterator<Path> each = jars.iterator(); each.hasNext(); ) {
                Path jar = each.next();
                if (!jar.toString().endsWith("-javadoc.jar")) {
                    return jar;
                }
            }
        }
        throw new IllegalStateException("there is no jar in " + target);
    }
}
