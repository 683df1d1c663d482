package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The functions that compilers call for atomic operations on AArch64 Linux ({@code
 * -moutline-atomics}, the default): {@code __aarch64_cas4_acq_rel} and so on. Static linkers find
 * them in {@code libgcc.a} or compiler-rt; no shared library has them. Each function is a loop with
 * exclusive loads and stores, which every processor has. As their callers expect, the functions
 * change only x0 (for a pair also x1), x15 to x17 and the flags (GCC, {@code
 * config/aarch64/lse.S}).
 */
final class OutlineAtomics {
    private static final int LOAD_EXCLUSIVE = 0x085f_7c00;
    private static final int STORE_EXCLUSIVE = 0x0800_7c00;
    private static final int PAIR = 0x0020_0000;
    private static final int RT2_SHIFT = 10;
    private static final int RT2 = 31 << RT2_SHIFT;
    private static final int ACQUIRE_OR_RELEASE = 0x8000;
    private static final int IS_64 = 1 << 31;

    private static final int MOV_W16_W0 = 0x2a00_03f0;
    private static final int MOV_W17_W1 = 0x2a01_03f1;
    private static final int UXTB_W16_W0 = 0x5300_1c10;
    private static final int UXTH_W16_W0 = 0x5300_3c10;
    private static final int CMP_W0_W16 = 0x6b10_001f;
    private static final int CCMP_X1_X17_EQ = 0xfa51_0020;
    private static final int B_NE = 0x5400_0001;
    private static final int CBNZ_W = 0x3500_0000;
    private static final int DMB_ISH = 0xd503_3bbf;
    private static final int RET = 0xd65f_03c0;

    private static final int SIZES = 4;

    private OutlineAtomics() {}

    /** A memory order; its name is the function's ending. */
    private enum Order {
        RELAX(0, 0, false),
        ACQ(ACQUIRE_OR_RELEASE, 0, false),
        REL(0, ACQUIRE_OR_RELEASE, false),
        ACQ_REL(ACQUIRE_OR_RELEASE, ACQUIRE_OR_RELEASE, false),
        SYNC(0, ACQUIRE_OR_RELEASE, true);

        private final int load;
        private final int store;
        private final boolean hasBarrier;

        Order(int load, int store, boolean hasBarrier) {
            this.load = LOAD_EXCLUSIVE | load;
            this.store = STORE_EXCLUSIVE | store;
            this.hasBarrier = hasBarrier;
        }

        CodeTemplate end(List<Integer> code) {
            if (hasBarrier) {
                code.add(DMB_ISH);
            }
            code.add(RET);
            return AArch64Code.code(code.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    /**
     * The instruction that computes the value to store, w17, from the loaded value, w0, and the
     * operand, w16.
     */
    private enum Operation {
        LDADD(0x0b10_0011),
        LDCLR(0x0a30_0011),
        LDEOR(0x4a10_0011),
        LDSET(0x2a10_0011);

        private final int instruction;

        Operation(int instruction) {
            this.instruction = instruction;
        }
    }

    static Map<String, CodeTemplate> all() {
        Map<String, CodeTemplate> all = new LinkedHashMap<>();
        for (Order order : Order.values()) {
            for (int size = 0; size < SIZES; size++) {
                all.put(name("cas", 1 << size, order), compareAndSwap(size, order));
                all.put(name("swp", 1 << size, order), swap(size, order));
                for (Operation operation : Operation.values()) {
                    String name = name(operation.name(), 1 << size, order);
                    all.put(name, change(operation, size, order));
                }
            }
            all.put(name("cas", 16, order), compareAndSwapPair(order));
        }
        return all;
    }

    private static String name(String operation, int sizeBytes, Order order) {
        return ("__aarch64_" + operation + sizeBytes + "_" + order).toLowerCase(Locale.ROOT);
    }

    /** Returns {@code T cas(T w0 expected, T w1 desired, T *x2)}. */
    private static CodeTemplate compareAndSwap(int size, Order order) {
        int wide = wide(size);
        List<Integer> code = new ArrayList<>();
        code.add(size == 0 ? UXTB_W16_W0 : size == 1 ? UXTH_W16_W0 : MOV_W16_W0 | wide);
        code.add(load(order, size, 2));
        code.add(CMP_W0_W16 | wide);
        code.add(B_NE | (3 << 5));
        code.add(store(order, size, 17, 1, 2));
        code.add(CBNZ_W | back(4) | 17);
        return order.end(code);
    }

    /** Returns {@code T swp(T w0, T *x1)}. */
    private static CodeTemplate swap(int size, Order order) {
        List<Integer> code = new ArrayList<>();
        code.add(MOV_W16_W0 | wide(size));
        code.add(load(order, size, 1));
        code.add(store(order, size, 17, 16, 1));
        code.add(CBNZ_W | back(2) | 17);
        return order.end(code);
    }

    /** Returns {@code T change(T w0, T *x1)}. */
    private static CodeTemplate change(Operation operation, int size, Order order) {
        List<Integer> code = new ArrayList<>();
        code.add(MOV_W16_W0 | wide(size));
        code.add(load(order, size, 1));
        code.add(operation.instruction | wide(size));
        code.add(store(order, size, 15, 17, 1));
        code.add(CBNZ_W | back(3) | 15);
        return order.end(code);
    }

    /** Returns {@code T cas(T x0:x1 expected, T x2:x3 desired, T *x4)}. */
    private static CodeTemplate compareAndSwapPair(Order order) {
        List<Integer> code = new ArrayList<>();
        code.add(MOV_W16_W0 | IS_64);
        code.add(MOV_W17_W1 | IS_64);
        code.add(((load(order, 3, 4) | PAIR) & ~RT2) | (1 << RT2_SHIFT));
        code.add(CMP_W0_W16 | IS_64);
        code.add(CCMP_X1_X17_EQ);
        code.add(B_NE | (3 << 5));
        code.add(((store(order, 3, 15, 2, 4) | PAIR) & ~RT2) | (3 << RT2_SHIFT));
        code.add(CBNZ_W | back(5) | 15);
        return order.end(code);
    }

    private static int wide(int size) {
        return size == 3 ? IS_64 : 0;
    }

    /** Returns an exclusive load into x0. */
    private static int load(Order order, int size, int address) {
        return order.load | (size << 30) | (address << 5);
    }

    private static int store(Order order, int size, int status, int value, int address) {
        return order.store | (size << 30) | (status << 16) | (address << 5) | value;
    }

    private static int back(int instructions) {
        return (-instructions & 0x7_ffff) << 5;
    }
}
