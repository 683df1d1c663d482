package dev.orcinus.daemon.handover;

/**
 * What a session has done and holds; as text, three numbers.
 *
 * @param calls calls served
 * @param reservedBytes memory reserved
 * @param allocations finalized allocations
 */
public record Counters(long calls, long reservedBytes, int allocations) {
    /** The counters of a text that {@link #toString} made. */
    public static Counters parse(String text) {
        String[] numbers = text.trim().split(" ", -1);
        return new Counters(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Integer.parseInt(numbers[2]));
    }

    @Override
    public String toString() {
        return calls + " " + reservedBytes + " " + allocations;
    }
}
