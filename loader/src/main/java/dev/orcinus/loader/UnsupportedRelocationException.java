package dev.orcinus.loader;

/** A relocation that the loader does not know. */
public final class UnsupportedRelocationException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final int number;
    private final String name;

    /**
     * An unknown relocation.
     *
     * @param place file, section and offset
     * @param number the relocation's number in its architecture's table
     * @param name its name there
     */
    public UnsupportedRelocationException(String place, int number, String name) {
        super(place + ": relocation " + number + " (" + name + ") is not supported", null);
        this.place = place;
        this.number = number;
        this.name = name;
    }

    /** The file, the section and the offset. */
    public String place() {
        return place;
    }

    /** The relocation's number in its architecture's table. */
    public int number() {
        return number;
    }

    /** The relocation's name in that table. */
    public String name() {
        return name;
    }
}
