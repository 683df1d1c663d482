package dev.orcinus.formats.mangling;

/**
 * Translates symbols of C++ into names as programs have them, such as {@code f(int*)} for {@code
 * _Z1fPi} (Itanium C++ ABI, "External Names"). It knows no expressions, which occur in symbols of
 * templates that compute with their arguments.
 */
public final class CxxNames {
    private static final String PREFIX = "_Z";

    private CxxNames() {}

    /**
     * Returns the name for a symbol; the symbol itself, if it is none of C++ or is not understood.
     */
    public static String demangle(String symbol) {
        if (!symbol.startsWith(PREFIX)) {
            return symbol;
        }
        int suffix = symbol.indexOf('.');
        String mangled = suffix < 0 ? symbol : symbol.substring(0, suffix);
        MangledText text = new MangledText(mangled, PREFIX.length());
        try {
            String name = new NameParser(text).encoding(true);
            if (!text.isAtEnd()) {
                return symbol;
            }
            return suffix < 0 ? name : name + " [clone " + symbol.substring(suffix) + "]";
        } catch (MangledText.NotUnderstoodException e) {
            return symbol;
        }
    }
}
