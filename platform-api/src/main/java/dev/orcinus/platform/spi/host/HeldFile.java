package dev.orcinus.platform.spi.host;

import java.nio.file.Path;

/** A file that can be reached as long as this is open, whatever becomes of the path it had. */
public interface HeldFile extends AutoCloseable {
    /** Returns a path that leads to this file and to no other one until this is closed. */
    Path path();

    /** Lets it go. */
    @Override
    void close();
}
