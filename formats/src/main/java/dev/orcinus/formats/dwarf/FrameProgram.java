package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.RegisterRule.Computed;
import dev.orcinus.formats.dwarf.RegisterRule.FrameAddress;
import dev.orcinus.formats.dwarf.RegisterRule.Other;
import dev.orcinus.formats.dwarf.RegisterRule.Same;
import dev.orcinus.formats.dwarf.RegisterRule.Saved;
import dev.orcinus.formats.dwarf.RegisterRule.SavedAt;
import dev.orcinus.formats.dwarf.RegisterRule.Undefined;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs the instructions of a frame description up to an address. Source: DWARF 5, 6.4.2 "Call Frame
 * Instructions", and the extensions of GNU. Used once, by one thread.
 */
final class FrameProgram {
    private static final int ADVANCE = 0x40;
    private static final int OFFSET = 0x80;
    private static final int RESTORE = 0xc0;
    private static final int OPERAND = 0x3f;

    private static final int MOST_SAVED_STATES = 64;

    private final FrameDescription description;
    private final CommonInformationEntry common;
    private Map<Integer, RegisterRule> rules = new HashMap<>();
    private Map<Integer, RegisterRule> initial = Map.of();
    private FrameRules.Address address = new FrameRules.Address(0, 0, null);
    private final Deque<FrameRules> saved = new ArrayDeque<>();
    private long at;

    FrameProgram(FrameDescription description) {
        this.description = description;
        this.common = description.common();
        this.at = description.start();
    }

    FrameRules rulesAt(long pc) throws MalformedFileException {
        run(common.instructions(), pc);
        initial = Map.copyOf(rules);
        at = description.start();
        run(description.instructions(), pc);
        return state();
    }

    private FrameRules state() {
        return new FrameRules(address, Map.copyOf(rules), common.returnRegister());
    }

    private void run(byte[] instructions, long pc) throws MalformedFileException {
        DwarfCursor in =
                DwarfCursor.of(new FileBytes("call frames", MemorySegment.ofArray(instructions)));
        while (in.hasMore() && Long.compareUnsigned(at, pc) <= 0) {
            step(in);
        }
    }

    private void step(DwarfCursor in) throws MalformedFileException {
        int code = in.u8();
        int operand = code & OPERAND;
        switch (code & ~OPERAND) {
            case ADVANCE -> advance(operand);
            case OFFSET -> rules.put(operand, new Saved(in.uleb() * common.dataAlignment()));
            case RESTORE -> restore(operand);
            default -> extended(code, in);
        }
    }

    private void advance(long units) {
        at += units * common.codeAlignment();
    }

    private void restore(int register) {
        RegisterRule before = initial.get(register);
        if (before == null) {
            rules.remove(register);
        } else {
            rules.put(register, before);
        }
    }

    private void extended(int code, DwarfCursor in) throws MalformedFileException {
        switch (code) {
            case 0x00 -> {} // DW_CFA_nop
            case 0x01 -> // DW_CFA_set_loc
                    at =
                            EncodedPointer.read(
                                    in, common.pointers(), description.instructionsAddress(), 0);
            case 0x02 -> advance(in.u8());
            case 0x03 -> advance(in.u16());
            case 0x04 -> advance(in.u32());
            case 0x0a -> remember();
            case 0x0b -> recall(in);
            case 0x0c, 0x0d, 0x0e, 0x0f, 0x12, 0x13 -> defineAddress(code, in);
            case 0x2d -> {} // DW_CFA_AARCH64_negate_ra_state: the signature is removed later
            case 0x2e -> in.uleb(); // DW_CFA_GNU_args_size
            default -> defineRule(code, in);
        }
    }

    private void remember() throws MalformedFileException {
        if (saved.size() < MOST_SAVED_STATES) {
            saved.push(state());
        }
    }

    private void recall(DwarfCursor in) throws MalformedFileException {
        if (saved.isEmpty()) {
            throw in.malformed("DW_CFA_restore_state without a state");
        }
        FrameRules state = saved.pop();
        rules = new HashMap<>(state.registers());
        address = state.address();
    }

    private void defineAddress(int code, DwarfCursor in) throws MalformedFileException {
        address =
                switch (code) {
                    case 0x0c -> new FrameRules.Address(in.smallUleb(), in.uleb(), null);
                    case 0x0d -> new FrameRules.Address(in.smallUleb(), address.offset(), null);
                    case 0x0e -> new FrameRules.Address(address.register(), in.uleb(), null);
                    case 0x12 ->
                            new FrameRules.Address(
                                    in.smallUleb(), in.sleb() * common.dataAlignment(), null);
                    case 0x13 ->
                            new FrameRules.Address(
                                    address.register(), in.sleb() * common.dataAlignment(), null);
                    default -> new FrameRules.Address(0, 0, in.block(in.uleb()));
                };
    }

    private void defineRule(int code, DwarfCursor in) throws MalformedFileException {
        int register = in.smallUleb();
        long unit = common.dataAlignment();
        switch (code) {
            case 0x05 -> rules.put(register, new Saved(in.uleb() * unit));
            case 0x06 -> restore(register);
            case 0x07 -> rules.put(register, new Undefined());
            case 0x08 -> rules.put(register, new Same());
            case 0x09 -> rules.put(register, new Other(in.smallUleb()));
            case 0x10 -> rules.put(register, new SavedAt(in.block(in.uleb())));
            case 0x11 -> rules.put(register, new Saved(in.sleb() * unit));
            case 0x14 -> rules.put(register, new FrameAddress(in.uleb() * unit));
            case 0x15 -> rules.put(register, new FrameAddress(in.sleb() * unit));
            case 0x16 -> rules.put(register, new Computed(in.block(in.uleb())));
            case 0x2f -> rules.put(register, new Saved(-in.uleb() * unit));
            default -> throw in.malformed("it has the instruction 0x" + Integer.toHexString(code));
        }
    }
}
