package dev.orcinus.jit;

import java.util.List;

/** The check that a class path has all artifacts that this one depends on. */
final class MissingArtifact {
    /** A class of each, which every program loads sooner or later. */
    private static final List<Part> PARTS =
            List.of(
                    new Part("orcinus-platform-api", "dev.orcinus.platform.ExecutorAddress"),
                    new Part("orcinus-formats", "dev.orcinus.formats.FileKind"),
                    new Part("orcinus-memory", "dev.orcinus.memory.MemoryManager"),
                    new Part("orcinus-protocol", "dev.orcinus.protocol.ProtocolException"),
                    new Part("orcinus-runtime", "dev.orcinus.runtime.GuestBooks"),
                    new Part("orcinus-secure", "dev.orcinus.secure.Token"));

    private record Part(String artifact, String className) {}

    private MissingArtifact() {}

    /**
     * Requires that no artifact is missing.
     *
     * @throws UnsupportedOperationException if one is; it names the artifact
     */
    static void requireNone() {
        for (Part part : PARTS) {
            try {
                Class.forName(part.className, false, MissingArtifact.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new UnsupportedOperationException(
                        "the artifact dev.orcinus:"
                                + part.artifact
                                + " is neither on the module path nor on the class path;"
                                + " dev.orcinus:orcinus has all that a program needs",
                        e);
            }
        }
    }
}
