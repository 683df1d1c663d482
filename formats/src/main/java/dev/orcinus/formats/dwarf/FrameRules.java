package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.MalformedFileException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rules by which the registers of a frame's caller are found.
 *
 * @param address the rule of the canonical frame address (CFA): the caller's stack pointer
 * @param registers the rules of registers; those without one are kept
 * @param returnRegister the column of the return address
 */
public record FrameRules(
        Address address, Map<Integer, RegisterRule> registers, int returnRegister) {
    /**
     * The rule of the canonical frame address: a register and an offset, or an expression.
     *
     * @param register the register's number
     * @param offset what is added to its value
     * @param expression null if it is a register and an offset
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Address(int register, long offset, byte[] expression) {}

    /**
     * Returns the registers of the caller; empty if there is none, or it cannot be found.
     *
     * @param callee the registers of the frame
     */
    public Optional<FrameRegisters> caller(FrameRegisters callee, ReadableMemory memory)
            throws MalformedFileException {
        OptionalLong cfa = frameAddress(callee, memory);
        if (cfa.isEmpty()) {
            return Optional.empty();
        }
        FrameRegisters caller = callee.copy();
        caller.set(callee.processor().stackPointer(), cfa.getAsLong());
        for (Map.Entry<Integer, RegisterRule> rule : registers.entrySet()) {
            OptionalLong value =
                    rule.getValue().value(rule.getKey(), callee, cfa.getAsLong(), memory);
            if (value.isPresent()) {
                caller.set(rule.getKey(), value.getAsLong());
            } else {
                caller.forget(rule.getKey());
            }
        }
        OptionalLong pc = caller.value(returnRegister);
        if (pc.isEmpty()) {
            return Optional.empty();
        }
        caller.setPc(callee.processor().codeAddress(pc.getAsLong()));
        return Optional.of(caller);
    }

    private OptionalLong frameAddress(FrameRegisters callee, ReadableMemory memory)
            throws MalformedFileException {
        if (address.expression() != null) {
            return DwarfExpression.evaluate(address.expression(), callee, memory);
        }
        OptionalLong base = callee.value(address.register());
        return base.isEmpty() ? base : OptionalLong.of(base.getAsLong() + address.offset());
    }
}
