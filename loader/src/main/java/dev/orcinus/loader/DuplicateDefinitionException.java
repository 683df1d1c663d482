package dev.orcinus.loader;

/** Two strong definitions of one symbol in one dylib. */
public final class DuplicateDefinitionException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String symbol;
    private final String dylib;
    private final String first;
    private final String second;

    /**
     * A symbol that is there already.
     *
     * @param symbol its name
     * @param dylib where
     * @param first who defined it
     * @param second who wanted to
     */
    public DuplicateDefinitionException(String symbol, String dylib, String first, String second) {
        super(second + ": '" + symbol + "' is already defined in " + dylib + " by " + first, null);
        this.symbol = symbol;
        this.dylib = dylib;
        this.first = first;
        this.second = second;
    }

    /** The symbol's name. */
    public String symbol() {
        return symbol;
    }

    /** The name of the dylib that defines it. */
    public String dylib() {
        return dylib;
    }

    /** The object that defined it first. */
    public String first() {
        return first;
    }

    /** The object that was refused for it. */
    public String second() {
        return second;
    }
}
