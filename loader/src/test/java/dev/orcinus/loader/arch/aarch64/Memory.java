package dev.orcinus.loader.arch.aarch64;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Memory with fixed-up code, and a processor that knows the few instructions that compute addresses
 * (Arm Architecture Reference Manual, C6.2), decoded independently of the linker.
 */
record Memory(List<Piece> pieces) {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MOST_STEPS = 10;

    record Piece(long address, MemorySegment bytes) {}

    int word(long address) {
        return piece(address).bytes.get(U32, address - piece(address).address);
    }

    long doubleWord(long address) {
        return piece(address).bytes.get(U64, address - piece(address).address);
    }

    boolean contains(long address) {
        return pieces.stream().anyMatch(piece -> has(piece, address));
    }

    private static boolean has(Piece piece, long address) {
        return address >= piece.address && address < piece.address + piece.bytes.byteSize();
    }

    private Piece piece(long address) {
        return pieces.stream()
                .filter(piece -> has(piece, address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no memory at " + Long.toHexString(address)));
    }

    /** Runs until it returns or leaves this memory. */
    Run run(long address) {
        Run run = new Run(address);
        for (int i = 0; i < MOST_STEPS && !run.ended; i++) {
            run.step();
        }
        return run;
    }

    final class Run {
        private final long[] registers = new long[32];
        private long pc;
        private boolean ended;

        Run(long start) {
            this.pc = start;
        }

        long register(int number) {
            return registers[number];
        }

        /** Returns the address at which the run has ended. */
        long pc() {
            return pc;
        }

        private void step() {
            if (!contains(pc)) {
                ended = true;
                return;
            }
            int i = word(pc);
            int d = i & 31;
            int n = (i >>> 5) & 31;
            long next = pc + 4;
            if ((i & 0x1f00_0000) == 0x1000_0000) {
                long immediate = ((long) ((i << 8) >> 13) << 2) | ((i >>> 29) & 3);
                registers[d] = i < 0 ? (pc & -4096) + immediate * 4096 : pc + immediate;
            } else if ((i & 0xffc0_0000) == 0x9100_0000) {
                registers[d] = registers[n] + ((i >>> 10) & 0xfff);
            } else if ((i & 0xffc0_0000) == 0xf940_0000) {
                registers[d] = doubleWord(registers[n] + ((i >>> 10) & 0xfff) * 8L);
            } else if ((i & 0xff00_0000) == 0x5800_0000) {
                registers[d] = doubleWord(pc + ((i << 8) >> 13) * 4L);
            } else if ((i & 0x7c00_0000) == 0x1400_0000) {
                next = pc + ((i << 6) >> 6) * 4L;
            } else if ((i & 0x7e00_0000) == 0x3400_0000) {
                next = pc + ((i << 8) >> 13) * 4L; // as if the register were 0
            } else if ((i & 0x7e00_0000) == 0x3600_0000) {
                next = pc + ((i << 13) >> 18) * 4L; // as if the bit were 0
            } else if ((i & 0xffff_fc1f) == 0xd61f_0000) {
                next = registers[n];
            } else if (i == 0xd65f_03c0 || (i & 0xffff_fc1f) == 0xd63f_0000) {
                ended = true;
                return;
            } else if (i != 0xd503_201f) {
                throw new AssertionError(Integer.toHexString(i) + " at " + Long.toHexString(pc));
            }
            pc = next;
        }
    }
}
