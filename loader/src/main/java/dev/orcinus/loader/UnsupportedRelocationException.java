package dev.orcinus.loader;

/** A relocation that the loader does not know. */
public final class UnsupportedRelocationException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final int number;

    /**
     * An unknown relocation.
     *
     * @param place file, section and offset
     * @param number the relocation's number in its architecture's table
     * @param name its name there
     */
    public UnsupportedRelocationException(String place, int number, String name) {
        super(place + ": relocation " + number + " (" + name + ") is not supported", null);
        this.number = number;
    }

    /** The relocation's number in its architecture's table. */
    public int number() {
        return number;
    }
}
