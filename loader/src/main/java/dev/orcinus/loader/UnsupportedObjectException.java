package dev.orcinus.loader;

/**
 * An object file is valid, but this loader or this target does not support it.
 *
 * <pre>{@code
 * try {
 *     dylib.add("other.o", bytes);
 * } catch (UnsupportedObjectException e) {
 *     System.err.println(e.file() + " is left out: " + e.problem());
 * }
 * }</pre>
 */
public final class UnsupportedObjectException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String problem;

    /**
     * Makes an exception for an object.
     *
     * @param file the name of the file
     * @param problem a description of the object, and of what is supported
     */
    public UnsupportedObjectException(String file, String problem) {
        super(file + ": " + problem, null);
        this.file = file;
        this.problem = problem;
    }

    /** Returns the name of the file. */
    public String file() {
        return file;
    }

    /** Returns a description of the object, and of what is supported. */
    public String problem() {
        return problem;
    }
}
