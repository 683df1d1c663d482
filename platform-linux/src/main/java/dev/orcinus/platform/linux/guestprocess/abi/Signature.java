package dev.orcinus.platform.linux.guestprocess.abi;

import dev.orcinus.platform.linux.guestprocess.abi.Piece.Place;
import java.util.List;
import java.util.Optional;

/**
 * How the arguments and the result of a function are passed.
 *
 * @param arguments in their order
 * @param result empty if the function returns nothing
 * @param vectorCount the number of vector registers with arguments
 * @param stackBytes the length of the arguments on the stack, a multiple of eight
 */
public record Signature(
        List<PassedValue> arguments,
        Optional<PassedValue> result,
        int vectorCount,
        int stackBytes) {
    private static final int PLAIN_REGISTERS = 6;

    /** Copies the list. */
    public Signature {
        arguments = List.copyOf(arguments);
    }

    /**
     * Returns whether up to a number of integer registers hold all arguments, one each, and one
     * holds the result, if there is one.
     *
     * @param registers at most the six that both processors have
     */
    public boolean isPlain(int registers) {
        return arguments.size() <= Math.min(registers, PLAIN_REGISTERS)
                && arguments.stream().allMatch(Signature::isPlain)
                && result.stream().allMatch(Signature::isPlain);
    }

    private static boolean isPlain(PassedValue value) {
        return !value.isGroup() && value.pieces().getFirst().place() == Place.INTEGER;
    }
}
