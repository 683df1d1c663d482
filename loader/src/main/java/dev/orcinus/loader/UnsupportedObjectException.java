package dev.orcinus.loader;

/** An object file that is sound, but not for this loader or this target. */
public final class UnsupportedObjectException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String problem;

    /**
     * An object that cannot be linked.
     *
     * @param file the file
     * @param problem what it is, and what would do
     */
    public UnsupportedObjectException(String file, String problem) {
        super(file + ": " + problem, null);
        this.file = file;
        this.problem = problem;
    }

    /** The file. */
    public String file() {
        return file;
    }

    /** What it is, and what would do. */
    public String problem() {
        return problem;
    }
}
