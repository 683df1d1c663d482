package dev.orcinus.loader.format.macho.unwind;

import java.util.List;

/**
 * The frame of a function, as it is at each of the function's calls. Registers have the numbers of
 * DWARF.
 *
 * @param cfaRegister the register that the canonical frame address (CFA) is computed from
 * @param cfaOffset the CFA's offset from that register, in bytes
 * @param saved the registers that the function has saved
 */
record Frame(int cfaRegister, long cfaOffset, List<Saved> saved) {
    /**
     * A saved register.
     *
     * @param register the number of the register
     * @param slot the place of its value: so many words of 8 bytes below the CFA
     */
    record Saved(int register, long slot) {}
}
