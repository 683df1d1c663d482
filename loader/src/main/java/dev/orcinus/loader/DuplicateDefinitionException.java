package dev.orcinus.loader;

/**
 * A symbol is defined a second time in one dylib, and neither definition can give way.
 *
 * <pre>{@code
 * try {
 *     dylib.add("second.o", bytes);
 * } catch (DuplicateDefinitionException e) {
 *     System.err.println(e.symbol() + " is that of " + e.first());
 * }
 * }</pre>
 */
public final class DuplicateDefinitionException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String symbol;
    private final String dylib;
    private final String first;
    private final String second;

    /**
     * Makes an exception for a symbol.
     *
     * @param symbol the symbol's name
     * @param dylib the name of the dylib
     * @param first the object that defined the symbol first
     * @param second the object that was refused
     */
    public DuplicateDefinitionException(String symbol, String dylib, String first, String second) {
        super(second + ": '" + symbol + "' is already defined in " + dylib + " by " + first, null);
        this.symbol = symbol;
        this.dylib = dylib;
        this.first = first;
        this.second = second;
    }

    /** Returns the symbol's name. */
    public String symbol() {
        return symbol;
    }

    /** Returns the name of the dylib that defines it. */
    public String dylib() {
        return dylib;
    }

    /** Returns the object that defined it first. */
    public String first() {
        return first;
    }

    /** Returns the object that was refused because it defines the symbol again. */
    public String second() {
        return second;
    }
}
