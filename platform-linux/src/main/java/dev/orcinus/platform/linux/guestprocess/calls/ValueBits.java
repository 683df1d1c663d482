package dev.orcinus.platform.linux.guestprocess.calls;

/** Numbers as they are in a register. */
final class ValueBits {
    private static final long FLOAT_MASK = 0xffff_ffffL;

    private ValueBits() {}

    /** Returns the register for a number, which is extended as its type says. */
    static long of(Object value) {
        return switch (value) {
            case Float number -> Float.floatToRawIntBits(number) & FLOAT_MASK;
            case Double number -> Double.doubleToRawLongBits(number);
            case Number number -> number.longValue();
            case Character character -> character;
            case Boolean truth -> truth ? 1 : 0;
            default -> throw new IllegalArgumentException("not a number: " + value);
        };
    }

    /** Returns the number of a primitive type that is in a register. */
    static Object toValue(long bits, Class<?> type) {
        return switch (type.getName()) {
            case "float" -> Float.intBitsToFloat((int) bits);
            case "double" -> Double.longBitsToDouble(bits);
            case "long" -> bits;
            case "int" -> (int) bits;
            case "short" -> (short) bits;
            case "char" -> (char) bits;
            case "byte" -> (byte) bits;
            case "boolean" -> (bits & 1) != 0;
            default -> throw new IllegalArgumentException("no primitive type: " + type);
        };
    }
}
