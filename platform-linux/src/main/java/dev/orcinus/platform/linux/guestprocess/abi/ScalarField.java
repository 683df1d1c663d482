package dev.orcinus.platform.linux.guestprocess.abi;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A number or a pointer in a value.
 *
 * @param offset bytes from the start of the value
 * @param layout its type
 */
record ScalarField(long offset, ValueLayout layout) {
    /** Returns whether it is a {@code float} or a {@code double}. */
    boolean isFloating() {
        return layout.carrier() == float.class || layout.carrier() == double.class;
    }

    /** Returns whether its offset is a multiple of its size. */
    boolean isAligned() {
        return offset % layout.byteSize() == 0;
    }

    /**
     * Returns the fields of a value.
     *
     * @throws IllegalArgumentException if it has a field in another byte order
     */
    static List<ScalarField> of(MemoryLayout layout) {
        List<ScalarField> fields = new ArrayList<>();
        add(fields, 0, layout);
        return fields;
    }

    private static void add(List<ScalarField> fields, long offset, MemoryLayout layout) {
        switch (layout) {
            case ValueLayout value -> fields.add(new ScalarField(offset, inNativeOrder(value)));
            case PaddingLayout _ -> {}
            case SequenceLayout sequence -> {
                for (long i = 0; i < sequence.elementCount(); i++) {
                    long at = offset + i * sequence.elementLayout().byteSize();
                    add(fields, at, sequence.elementLayout());
                }
            }
            case GroupLayout group -> addMembers(fields, offset, group);
        }
    }

    private static void addMembers(List<ScalarField> fields, long offset, GroupLayout group) {
        long at = offset;
        for (MemoryLayout member : group.memberLayouts()) {
            add(fields, at, member);
            at += group instanceof UnionLayout ? 0 : member.byteSize();
        }
    }

    private static ValueLayout inNativeOrder(ValueLayout value) {
        if (!value.order().equals(ByteOrder.nativeOrder())) {
            throw new IllegalArgumentException("unsupported layout: " + value);
        }
        return value;
    }
}
