package dev.orcinus.platform.linux.guestprocess.abi;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.util.List;

/**
 * An argument or a result, and how it is passed.
 *
 * @param layout its C type
 * @param pieces its pieces; if it is passed by reference, the only one is its address
 * @param isReference whether its address is passed, to memory that the caller has
 */
public record PassedValue(MemoryLayout layout, List<Piece> pieces, boolean isReference) {
    /** Copies the list. */
    public PassedValue {
        pieces = List.copyOf(pieces);
    }

    /** Returns whether it is a struct or a union. */
    public boolean isGroup() {
        return layout instanceof GroupLayout;
    }
}
