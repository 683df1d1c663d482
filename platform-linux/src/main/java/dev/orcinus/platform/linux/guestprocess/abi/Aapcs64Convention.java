package dev.orcinus.platform.linux.guestprocess.abi;

import dev.orcinus.platform.linux.guestprocess.abi.Piece.Place;
import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules of AArch64: Procedure Call Standard for the Arm 64-bit Architecture, sections 6.8.2 and
 * 6.9. One to four floating-point numbers of one type are passed in a vector register each; other
 * structs of up to two words in integer registers, and longer ones by reference.
 */
final class Aapcs64Convention extends CallingConvention {
    private static final int INTEGER_REGISTERS = 8;
    private static final int INDIRECT_RESULT = 8;
    private static final int MOST_MEMBERS = 4;

    @Override
    ArgumentRegisters registers() {
        return new ArgumentRegisters(INTEGER_REGISTERS);
    }

    @Override
    PassedValue result(MemoryLayout layout, ArgumentRegisters registers) {
        return isByReference(layout)
                ? byReference(layout, INDIRECT_RESULT)
                : argument(layout, registers());
    }

    private static boolean isByReference(MemoryLayout layout) {
        return size(layout) > TWO_WORDS && vectorMembers(layout).isEmpty();
    }

    @Override
    PassedValue argument(MemoryLayout layout, ArgumentRegisters registers) {
        List<Piece> members = vectorMembers(layout);
        if (!members.isEmpty()) {
            return inVectors(layout, members, registers);
        }
        if (!isByReference(layout)) {
            return inIntegers(layout, registers);
        }
        if (registers.freeIntegers() > 0) {
            return byReference(layout, registers.takeInteger());
        }
        return new PassedValue(layout, List.of(registers.takeStack(WORD, WORD)), true);
    }

    private static PassedValue inVectors(
            MemoryLayout layout, List<Piece> members, ArgumentRegisters registers) {
        if (members.size() > registers.freeVectors()) {
            registers.exhaustVectors();
            return onStack(layout, registers);
        }
        List<Piece> pieces = new ArrayList<>(members.size());
        for (Piece member : members) {
            int index = registers.takeVector();
            pieces.add(new Piece(member.offset(), member.sizeBytes(), Place.VECTOR, index));
        }
        return new PassedValue(layout, pieces, false);
    }

    private static PassedValue inIntegers(MemoryLayout layout, ArgumentRegisters registers) {
        int size = size(layout);
        if (isGroup(layout) && layout.byteAlignment() == TWO_WORDS) {
            registers.alignInteger();
        }
        if ((size + WORD - 1) / WORD > registers.freeIntegers()) {
            registers.exhaustIntegers();
            return onStack(layout, registers);
        }
        List<Piece> pieces = new ArrayList<>(2);
        for (int at = 0; at < size; at += WORD) {
            int length = Math.min(WORD, size - at);
            pieces.add(new Piece(at, length, Place.INTEGER, registers.takeInteger()));
        }
        return new PassedValue(layout, pieces, false);
    }

    /**
     * Returns the members of a homogeneous floating-point aggregate, or a floating-point number
     * itself; none for other values. Members of a union lie at the same place and count once.
     */
    private static List<Piece> vectorMembers(MemoryLayout layout) {
        if (layout.byteSize() > MOST_MEMBERS * WORD) {
            return List.of();
        }
        Map<Long, Piece> members = new TreeMap<>();
        int length = 0;
        for (ScalarField field : ScalarField.of(layout)) {
            int size = size(field.layout());
            if (!field.isFloating() || !field.isAligned() || (length != 0 && size != length)) {
                return List.of();
            }
            length = size;
            members.put(field.offset(), new Piece((int) field.offset(), size, Place.VECTOR, 0));
        }
        boolean isWhole = members.size() * length == size(layout); // no padding
        return isWhole && members.size() <= MOST_MEMBERS
                ? List.copyOf(members.values())
                : List.of();
    }
}
