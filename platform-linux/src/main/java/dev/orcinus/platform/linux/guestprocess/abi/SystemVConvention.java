package dev.orcinus.platform.linux.guestprocess.abi;

import dev.orcinus.platform.linux.guestprocess.abi.Piece.Place;
import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of x86-64: System V ABI, AMD64 supplement, section 3.2.3. A value of up to two
 * eightbytes is passed in a register for each, if all of them find one; others are on the stack.
 */
final class SystemVConvention extends CallingConvention {
    private static final int INTEGER_REGISTERS = 6;

    @Override
    ArgumentRegisters registers() {
        return new ArgumentRegisters(INTEGER_REGISTERS);
    }

    @Override
    PassedValue result(MemoryLayout layout, ArgumentRegisters registers) {
        List<Piece> eightbytes = eightbytes(layout);
        return eightbytes.isEmpty() && size(layout) > 0
                ? byReference(layout, registers.takeInteger())
                : new PassedValue(layout, assigned(eightbytes, registers()), false);
    }

    @Override
    PassedValue argument(MemoryLayout layout, ArgumentRegisters registers) {
        List<Piece> eightbytes = eightbytes(layout);
        long integers = eightbytes.stream().filter(e -> e.place() == Place.INTEGER).count();
        long vectors = eightbytes.size() - integers;
        boolean fits = integers <= registers.freeIntegers() && vectors <= registers.freeVectors();
        return fits && (!eightbytes.isEmpty() || size(layout) == 0)
                ? new PassedValue(layout, assigned(eightbytes, registers), false)
                : onStack(layout, registers);
    }

    private static List<Piece> assigned(List<Piece> eightbytes, ArgumentRegisters registers) {
        List<Piece> pieces = new ArrayList<>(eightbytes.size());
        for (Piece eightbyte : eightbytes) {
            boolean isVector = eightbyte.place() == Place.VECTOR;
            int index = isVector ? registers.takeVector() : registers.takeInteger();
            pieces.add(
                    new Piece(eightbyte.offset(), eightbyte.sizeBytes(), eightbyte.place(), index));
        }
        return pieces;
    }

    /** Returns the eightbytes of a value with their classes; none if its class is MEMORY. */
    private static List<Piece> eightbytes(MemoryLayout layout) {
        if (size(layout) > TWO_WORDS) {
            return List.of();
        }
        Place[] places = new Place[2];
        for (ScalarField field : ScalarField.of(layout)) {
            if (!field.isAligned()) {
                return List.of();
            }
            int number = (int) field.offset() / WORD;
            boolean isVector = field.isFloating() && places[number] != Place.INTEGER;
            places[number] = isVector ? Place.VECTOR : Place.INTEGER;
        }
        List<Piece> eightbytes = new ArrayList<>(2);
        for (int i = 0; i < places.length; i++) {
            if (places[i] != null) {
                int length = Math.min(WORD, size(layout) - i * WORD);
                eightbytes.add(new Piece(i * WORD, length, places[i], 0));
            }
        }
        return eightbytes;
    }
}
