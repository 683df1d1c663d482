package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The data of a dylib that get their first values back when it is closed. Many threads may use it;
 * this object's lock guards it.
 */
final class InitialData {
    private final Map<ExecutorAddress, Values> recorded = new LinkedHashMap<>();

    /**
     * The first values of a range.
     *
     * @param range the data
     * @param bytes their values; empty if all are zero
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Values(AddressRange range, byte[] bytes) {
        /** Returns the values as bytes to be written. */
        byte[] written() {
            return bytes.length == 0 ? new byte[Math.toIntExact(range.sizeBytes())] : bytes;
        }
    }

    /**
     * Records the values of a range.
     *
     * @throws DylibException if one that starts at the same address is recorded
     */
    synchronized void add(Values values) throws DylibException {
        if (recorded.putIfAbsent(values.range.start(), values) != null) {
            throw new DylibException("the data " + values.range + " are recorded already");
        }
    }

    /** Forgets exactly that range; one that is not recorded is no error. */
    synchronized void remove(AddressRange range) {
        Values values = recorded.get(range.start());
        if (values != null && values.range.equals(range)) {
            recorded.remove(range.start());
        }
    }

    /** Returns all records, in the order in which they were made. */
    synchronized List<Values> all() {
        return List.copyOf(recorded.values());
    }
}
