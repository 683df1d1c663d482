package dev.orcinus.loader.format.macho.unwind;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A reader of call frame information that computes what an unwinder knows of a function's body: the
 * rules after all instructions of its FDE (DWARF 5, 6.4.2). Compilers for Apple's systems do not
 * describe the ends of functions.
 */
final class FrameTable {
    private final ByteBuffer bytes;
    private final Map<Integer, Cie> cies = new HashMap<>();
    private final List<Rules> functions = new ArrayList<>();

    /**
     * The rules of a function.
     *
     * @param sizeBytes the function's length
     * @param cfaRegister the register that the CFA is computed from
     * @param cfaOffset the CFA's offset from it
     * @param saved the offsets from the CFA of the registers that are saved, by register
     */
    record Rules(long sizeBytes, int cfaRegister, long cfaOffset, Map<Integer, Long> saved) {}

    private record Cie(long codeFactor, long dataFactor, boolean hasLsda, int start, int end) {}

    /** The rules while instructions are executed. */
    private static final class State {
        private int cfaRegister;
        private long cfaOffset;
        private final Map<Integer, Long> saved = new TreeMap<>();
    }

    private FrameTable(byte[] section) {
        this.bytes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the rules of the functions, in the section's order. */
    static List<Rules> read(byte[] section) {
        FrameTable table = new FrameTable(section);
        while (table.bytes.hasRemaining()) {
            table.readRecord();
        }
        return table.functions;
    }

    private void readRecord() {
        int start = bytes.position();
        int sizeBytes = bytes.getInt();
        if (sizeBytes == 0) {
            return;
        }
        int end = start + 4 + sizeBytes;
        int id = bytes.getInt();
        if (id == 0) {
            cies.put(start, readCie(end));
        } else {
            readFde(cies.get(start + 4 - id), end);
        }
        bytes.position(end);
    }

    private Cie readCie(int end) {
        require(bytes.get() == 1, "a CIE of version 1");
        StringBuilder augmentation = new StringBuilder();
        for (int c = bytes.get(); c != 0; c = bytes.get()) {
            augmentation.append((char) c);
        }
        long codeFactor = leb();
        long dataFactor = signedLeb();
        bytes.get(); // the column of the return address
        int start = (int) leb() + bytes.position();
        return new Cie(codeFactor, dataFactor, augmentation.indexOf("L") >= 0, start, end);
    }

    private void readFde(Cie cie, int end) {
        bytes.getLong();
        long sizeBytes = bytes.getLong();
        long augmentationBytes = leb();
        require(augmentationBytes == (cie.hasLsda ? 8 : 0), "a pointer to the LSDA");
        int start = (int) augmentationBytes + bytes.position();
        State state = new State();
        execute(cie, cie.start, cie.end, state);
        execute(cie, start, end, state);
        functions.add(new Rules(sizeBytes, state.cfaRegister, state.cfaOffset, state.saved));
    }

    private void execute(Cie cie, int start, int end, State state) {
        bytes.position(start);
        while (bytes.position() < end) {
            int code = bytes.get() & 0xff;
            switch (code & 0xc0) {
                case 0x40 -> {} // DW_CFA_advance_loc
                case 0x80 -> state.saved.put(code & 0x3f, leb() * cie.dataFactor);
                default -> executeLong(code, cie, state);
            }
        }
    }

    private void executeLong(int code, Cie cie, State state) {
        switch (code) {
            case 0x00 -> {} // DW_CFA_nop
            case 0x02 -> bytes.get(); // DW_CFA_advance_loc1
            case 0x03 -> bytes.getShort(); // DW_CFA_advance_loc2
            case 0x05 -> state.saved.put((int) leb(), leb() * cie.dataFactor);
            case 0x0c -> {
                state.cfaRegister = (int) leb();
                state.cfaOffset = leb();
            }
            case 0x0d -> state.cfaRegister = (int) leb();
            case 0x0e -> state.cfaOffset = leb();
            default -> throw new AssertionError("instruction 0x" + Integer.toHexString(code));
        }
    }

    private long leb() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = bytes.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    /** Reads one byte, which is enough for the factors of all compilers. */
    private long signedLeb() {
        return (long) bytes.get() << 57 >> 57;
    }

    private static void require(boolean isTrue, String what) {
        if (!isTrue) {
            throw new AssertionError("not " + what);
        }
    }
}
