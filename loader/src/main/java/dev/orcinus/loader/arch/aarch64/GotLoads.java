package dev.orcinus.loader.arch.aarch64;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.LOAD_TO_ADD_LO12;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.PAGE21;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.REQUEST_GOT_LO12;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.REQUEST_GOT_PAGE21;

import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A relaxation of GOT loads: {@code adrp x, entry; ldr x, [x, entry]} becomes {@code adrp x,
 * target; add x, x, target} if the target is near (AAELF64, "Relocation optimization"). If some
 * {@code adrp} of a block is not directly followed by the {@code ldr} of the same register, other
 * code may use the register or jump between the two. Then nothing in the block is changed, as in
 * LLD's {@code AArch64Relaxer}.
 */
final class GotLoads {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LDR_64_MASK = 0xffc0_0000;
    private static final int LDR_64 = 0xf940_0000;
    private static final int REGISTER = 0x1f;

    private GotLoads() {}

    private record Pair(Edge page, Edge load) {
        boolean isOneLoad(MemorySegment content) {
            if (load.offset() != page.offset() + Integer.BYTES
                    || load.target() != page.target()
                    || load.addend() != 0
                    || page.addend() != 0) {
                return false;
            }
            int register = content.get(U32, page.offset()) & REGISTER;
            int instruction = content.get(U32, load.offset());
            return (instruction & LDR_64_MASK) == LDR_64
                    && (instruction & REGISTER) == register
                    && ((instruction >>> 5) & REGISTER) == register;
        }

        void relax() {
            page.become(PAGE21, page.target());
            load.become(LOAD_TO_ADD_LO12, load.target());
        }
    }

    static void relax(Block block, Reach reach) {
        for (Pair pair : pairs(block)) {
            if (reach.isNear(pair.page.target())) {
                pair.relax();
            }
        }
    }

    /** Returns all GOT loads of a block, or none if one of them has another form. */
    private static List<Pair> pairs(Block block) {
        List<Pair> pairs = new ArrayList<>();
        List<Edge> edges = block.edges();
        for (int i = 0; i < edges.size(); i++) {
            if (edges.get(i).kind() == REQUEST_GOT_LO12) {
                return List.of();
            }
            if (edges.get(i).kind() == REQUEST_GOT_PAGE21) {
                i++;
                if (i == edges.size() || edges.get(i).kind() != REQUEST_GOT_LO12) {
                    return List.of();
                }
                Pair pair = new Pair(edges.get(i - 1), edges.get(i));
                if (!pair.isOneLoad(block.content())) {
                    return List.of();
                }
                pairs.add(pair);
            }
        }
        return pairs;
    }
}
