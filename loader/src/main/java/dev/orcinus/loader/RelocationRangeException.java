package dev.orcinus.loader;

/** A reference whose value does not fit where it is to be written. */
public final class RelocationRangeException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final long value;
    private final String limit;

    /**
     * A value that does not fit.
     *
     * @param place file, section and offset, edge kind, target
     * @param value what was to be written
     * @param limit what would fit
     */
    public RelocationRangeException(String place, long value, String limit) {
        super(place + " is " + signedHex(value) + "; " + limit, null);
        this.place = place;
        this.value = value;
        this.limit = limit;
    }

    private static String signedHex(long value) {
        return value < 0
                ? "-0x" + Long.toUnsignedString(-value, 16)
                : "0x" + Long.toHexString(value);
    }

    /** The file, the section and the offset of the reference, its kind and its target. */
    public String place() {
        return place;
    }

    /** What was to be written. */
    public long value() {
        return value;
    }

    /** What would fit. */
    public String limit() {
        return limit;
    }
}
