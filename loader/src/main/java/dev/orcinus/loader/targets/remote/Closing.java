package dev.orcinus.loader.targets.remote;

import java.io.Closeable;
import java.io.IOException;

/** Closing what is given up anyway. */
final class Closing {
    private Closing() {}

    /** Closes; that a line could not be closed properly helps nobody once it is given up. */
    static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // given up anyway
        }
    }
}
