package dev.orcinus.loader.arch.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.loader.arch.GotBuilder;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The relaxation of instructions with {@code x@GOTPCREL(%rip)} when {@code x} is near, for
 * different prefixes. A displacement to {@code x} is written as {@code [x]}, one to its table entry
 * as {@code [entry]}.
 */
final class X64RelaxationTest {
    private static final ExecutorAddress CODE = new ExecutorAddress(0x7000_0000_0000L);
    private static final long TO_TARGET = 0x1122_3344;
    private static final long TO_ENTRY = 0x5566_7788;

    /**
     * In {@code addr32 call} a REX prefix has no effect, which does no harm without an operand-size
     * prefix.
     */
    @ParameterizedTest
    @CsvSource({
        "call,                ff15[entry],      67e8[x]",
        "rex.W call,          48ff15[entry],    4867e8[x]",
        "rex.B call,          41ff15[entry],    4167e8[x]",
        "notrack call,        3eff15[entry],    3e67e8[x]",
        "bnd call,            f2ff15[entry],    f267e8[x]",
        "notrack rex.W call,  3e48ff15[entry],  3e4867e8[x]",
        "jmp,                 ff25[entry],      e9[x]90",
        "rex.W jmp,           48ff25[entry],    48e9[x]90",
        "notrack jmp,         3eff25[entry],    3ee9[x]90",
        "bnd jmp,             f2ff25[entry],    f2e9[x]90"
    })
    void branchesBecomeDirect(String name, String before, String after) throws Exception {
        assertEquals(after, relaxed(before), name);
    }

    /** AMD's processors would decode the direct call as a 16-bit one. */
    @ParameterizedTest
    @CsvSource({
        "data16 call,               66ff15[entry]",
        "data16 rex.W call,         6648ff15[entry]",
        "data16 rex.B call,         6641ff15[entry]",
        "data16 data16 rex.W call,  666648ff15[entry]",
        "data16 notrack call,       663eff15[entry]",
        "notrack data16 rex.W call, 3e6648ff15[entry]",
        "data16 fs rex.W call,      666448ff15[entry]",
        "data16 rex rex.W call,     664048ff15[entry]",
        "data16 jmp,                66ff25[entry]",
        "data16 rex.W jmp,          6648ff25[entry]",
        "data16 bnd jmp,            66f2ff25[entry]"
    })
    void branchesWithAnOperandSizeKeepTheirEntry(String name, String bytes) throws Exception {
        assertEquals(bytes, relaxed(bytes), name);
    }

    /** These bytes belong to instructions before the branch. */
    @ParameterizedTest
    @CsvSource({
        "data16 nop; call,    6690ff15[entry],  669067e8[x]",
        "an opcode; jmp,      662e0fff25[entry],662e0fe9[x]90"
    })
    void onlyPrefixesOfTheBranchCount(String name, String before, String after) throws Exception {
        assertEquals(after, relaxed(before), name);
    }

    /** The opcode stays where it is, so its prefixes keep their meaning. */
    @ParameterizedTest
    @CsvSource({
        "mov r32,             8b05[entry],      8d05[x]",
        "mov r64,             488b05[entry],    488d05[x]",
        "mov r16,             668b05[entry],    668d05[x]",
        "data16 mov r64,      66488b05[entry],  66488d05[x]",
        "addr32 mov r64,      67488b05[entry],  67488d05[x]"
    })
    void loadsKeepTheirPrefixes(String name, String before, String after) throws Exception {
        assertEquals(after, relaxed(before), name);
    }

    private static String relaxed(String before) {
        byte[] bytes = HexFormat.of().parseHex(before.replace("[entry]", "00000000"));
        MemorySegment content = MemorySegment.ofArray(bytes);
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "x86_64");
        ExecutorAddress end = CODE.plus(bytes.length);
        Symbol target = graph.absolute("x", end.plus(TO_TARGET), 0);
        Block block = graph.section(".text", Section.Use.CODE).addBlock(content, 1);
        int offset = bytes.length - Integer.BYTES;
        block.addEdge(X64EdgeKind.REQUEST_GOT_DELTA32_RELAXABLE, offset, target, -4);
        X64 processor = new X64();
        processor.lower(graph, symbol -> true);
        block.setAddress(CODE);
        entries(graph).forEach(entry -> entry.setAddress(end.plus(TO_ENTRY)));
        processor.fixUp(graph, block, content);
        return named(HexFormat.of().formatHex(bytes));
    }

    private static List<Block> entries(LinkGraph graph) {
        return graph.section(GotBuilder.GOT, Section.Use.CONSTANTS).blocks();
    }

    /** Returns bytes with names for displacements. A relaxed jump ends one byte earlier. */
    private static String named(String bytes) {
        return bytes.replace("44332211", "[x]")
                .replace("45332211", "[x]")
                .replace("88776655", "[entry]");
    }
}
