package dev.orcinus.loader;

/**
 * An object has a relocation that the loader does not support.
 *
 * <pre>{@code
 * try {
 *     dylib.add("new.o", bytes);
 * } catch (UnsupportedRelocationException e) {
 *     System.err.printf("%s: %s (%d)%n", e.place(), e.name(), e.number());
 * }
 * }</pre>
 */
public final class UnsupportedRelocationException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final int number;
    private final String name;

    /**
     * Makes an exception for a relocation.
     *
     * @param place the file, the section and the offset
     * @param number the relocation's number in its architecture's table
     * @param name its name in that table
     */
    public UnsupportedRelocationException(String place, int number, String name) {
        super(place + ": relocation " + number + " (" + name + ") is not supported", null);
        this.place = place;
        this.number = number;
        this.name = name;
    }

    /** Returns the file, the section and the offset. */
    public String place() {
        return place;
    }

    /** Returns the relocation's number in its architecture's table. */
    public int number() {
        return number;
    }

    /** Returns the relocation's name in that table. */
    public String name() {
        return name;
    }
}
