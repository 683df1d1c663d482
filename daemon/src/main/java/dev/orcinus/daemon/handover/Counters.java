package dev.orcinus.daemon.handover;

/**
 * The counters of a session; their text form is three numbers.
 *
 * @param calls the number of calls served
 * @param reservedBytes the reserved memory
 * @param allocations the number of finalized allocations
 */
public record Counters(long calls, long reservedBytes, int allocations) {
    /** Returns the counters of a text that {@link #toString} has returned. */
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
