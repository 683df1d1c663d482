package dev.orcinus.jit.binding;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout that a C compiler gives to a struct: each member at the next multiple of its
 * alignment. It has no state.
 */
final class StructLayouts {
    private StructLayouts() {}

    /** Returns the layout of a struct with these members, in this order. */
    static GroupLayout of(List<MemoryLayout> members) {
        List<MemoryLayout> elements = new ArrayList<>();
        long end = 0;
        long alignment = 1;
        for (MemoryLayout member : members) {
            end = pad(elements, end, member.byteAlignment()) + member.byteSize();
            elements.add(member);
            alignment = Math.max(alignment, member.byteAlignment());
        }
        pad(elements, end, alignment);
        return MemoryLayout.structLayout(elements.toArray(MemoryLayout[]::new));
    }

    private static long pad(List<MemoryLayout> elements, long end, long alignment) {
        long next = -(-end & -alignment);
        if (next != end) {
            elements.add(MemoryLayout.paddingLayout(next - end));
        }
        return next;
    }
}
