package dev.orcinus.jit;

import java.util.Map;

/** The advice for a class path that lacks a part of Orcinus. */
final class MissingArtifact {
    /** The artifacts that this one depends on, by the start of their classes' names. */
    private static final Map<String, String> ARTIFACTS =
            Map.of(
                    "dev/orcinus/formats/", "orcinus-formats",
                    "dev/orcinus/memory/", "orcinus-memory",
                    "dev/orcinus/platform/", "orcinus-platform-api",
                    "dev/orcinus/protocol/", "orcinus-protocol",
                    "dev/orcinus/runtime/", "orcinus-runtime");

    private MissingArtifact() {}

    /**
     * Returns an exception that names the artifact of the class that is missing.
     *
     * @throws NoClassDefFoundError the given one, if the class is of another artifact
     */
    static UnsupportedOperationException named(NoClassDefFoundError missing) {
        String name = String.valueOf(missing.getMessage());
        for (Map.Entry<String, String> artifact : ARTIFACTS.entrySet()) {
            if (name.startsWith(artifact.getKey())) {
                return new UnsupportedOperationException(advice(artifact.getValue()), missing);
            }
        }
        throw missing;
    }

    private static String advice(String artifact) {
        return "the artifact dev.orcinus:"
                + artifact
                + " is neither on the module path nor on the class path; dev.orcinus:orcinus has"
                + " all that a program needs";
    }
}
