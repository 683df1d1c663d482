package dev.orcinus.loader.targets.remote;

import java.io.Closeable;
import java.io.IOException;

/** A way to close resources without reporting errors. */
final class Closing {
    private Closing() {}

    /** Closes a resource that is no longer used, and ignores an error. */
    static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // the resource is not used any more
        }
    }
}
