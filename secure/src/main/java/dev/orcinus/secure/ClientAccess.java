package dev.orcinus.secure;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a client needs for a line to a daemon.
 *
 * @param token the token of the daemon
 * @param fingerprint the fingerprint that the daemon's certificate must have; without one, that of
 *     the first connection counts
 * @param knownHosts the file with the certificates of first connections, which may not exist
 */
public record ClientAccess(Token token, Optional<Fingerprint> fingerprint, Path knownHosts) {}
