package dev.orcinus.loader.format.elf;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.*;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.aarch64.AArch64EdgeKind;
import dev.orcinus.loader.graph.EdgeKind;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The {@code R_AARCH64_*} relocations (AAELF64, 5.7). */
final class AArch64Machine implements ElfMachine {
    /** A relocation. If it has no kind, it is a mark or it is not supported. */
    private record Row(int number, String name, AArch64EdgeKind kind, boolean isMark) {}

    private static final Row UNKNOWN = unsupported(-1, "unknown");

    private static final Map<Integer, Row> TABLE =
            Stream.of(
                            row(257, "R_AARCH64_ABS64", POINTER64),
                            row(258, "R_AARCH64_ABS32", POINTER32),
                            row(259, "R_AARCH64_ABS16", POINTER16),
                            row(260, "R_AARCH64_PREL64", DELTA64),
                            row(261, "R_AARCH64_PREL32", DELTA32),
                            row(262, "R_AARCH64_PREL16", DELTA16),
                            row(263, "R_AARCH64_MOVW_UABS_G0", MOVE_G0),
                            row(264, "R_AARCH64_MOVW_UABS_G0_NC", MOVE_G0_UNCHECKED),
                            row(265, "R_AARCH64_MOVW_UABS_G1", MOVE_G1),
                            row(266, "R_AARCH64_MOVW_UABS_G1_NC", MOVE_G1_UNCHECKED),
                            row(267, "R_AARCH64_MOVW_UABS_G2", MOVE_G2),
                            row(268, "R_AARCH64_MOVW_UABS_G2_NC", MOVE_G2_UNCHECKED),
                            row(269, "R_AARCH64_MOVW_UABS_G3", MOVE_G3),
                            row(270, "R_AARCH64_MOVW_SABS_G0", MOVE_SIGNED_G0),
                            row(271, "R_AARCH64_MOVW_SABS_G1", MOVE_SIGNED_G1),
                            row(272, "R_AARCH64_MOVW_SABS_G2", MOVE_SIGNED_G2),
                            row(273, "R_AARCH64_LD_PREL_LO19", LITERAL19),
                            row(274, "R_AARCH64_ADR_PREL_LO21", ADR21),
                            row(275, "R_AARCH64_ADR_PREL_PG_HI21", PAGE21),
                            row(276, "R_AARCH64_ADR_PREL_PG_HI21_NC", PAGE21_UNCHECKED),
                            row(277, "R_AARCH64_ADD_ABS_LO12_NC", ADD_LO12),
                            row(278, "R_AARCH64_LDST8_ABS_LO12_NC", ACCESS8_LO12),
                            row(279, "R_AARCH64_TSTBR14", REQUEST_TEST_BRANCH14),
                            row(280, "R_AARCH64_CONDBR19", REQUEST_CONDITIONAL_BRANCH19),
                            row(282, "R_AARCH64_JUMP26", REQUEST_BRANCH26),
                            row(283, "R_AARCH64_CALL26", REQUEST_BRANCH26),
                            row(284, "R_AARCH64_LDST16_ABS_LO12_NC", ACCESS16_LO12),
                            row(285, "R_AARCH64_LDST32_ABS_LO12_NC", ACCESS32_LO12),
                            row(286, "R_AARCH64_LDST64_ABS_LO12_NC", ACCESS64_LO12),
                            row(287, "R_AARCH64_MOVW_PREL_G0", MOVE_DELTA_G0),
                            row(288, "R_AARCH64_MOVW_PREL_G0_NC", MOVE_DELTA_G0_UNCHECKED),
                            row(289, "R_AARCH64_MOVW_PREL_G1", MOVE_DELTA_G1),
                            row(290, "R_AARCH64_MOVW_PREL_G1_NC", MOVE_DELTA_G1_UNCHECKED),
                            row(291, "R_AARCH64_MOVW_PREL_G2", MOVE_DELTA_G2),
                            row(292, "R_AARCH64_MOVW_PREL_G2_NC", MOVE_DELTA_G2_UNCHECKED),
                            row(293, "R_AARCH64_MOVW_PREL_G3", MOVE_DELTA_G3),
                            row(299, "R_AARCH64_LDST128_ABS_LO12_NC", ACCESS128_LO12),
                            unsupported(300, "R_AARCH64_MOVW_GOTOFF_G0"),
                            unsupported(301, "R_AARCH64_MOVW_GOTOFF_G0_NC"),
                            unsupported(302, "R_AARCH64_MOVW_GOTOFF_G1"),
                            unsupported(303, "R_AARCH64_MOVW_GOTOFF_G1_NC"),
                            unsupported(304, "R_AARCH64_MOVW_GOTOFF_G2"),
                            unsupported(305, "R_AARCH64_MOVW_GOTOFF_G2_NC"),
                            unsupported(306, "R_AARCH64_MOVW_GOTOFF_G3"),
                            row(307, "R_AARCH64_GOTREL64", DELTA64_FROM_GOT),
                            row(308, "R_AARCH64_GOTREL32", DELTA32_FROM_GOT),
                            row(309, "R_AARCH64_GOT_LD_PREL19", REQUEST_GOT_LITERAL19),
                            unsupported(310, "R_AARCH64_LD64_GOTOFF_LO15"),
                            row(311, "R_AARCH64_ADR_GOT_PAGE", REQUEST_GOT_PAGE21),
                            row(312, "R_AARCH64_LD64_GOT_LO12_NC", REQUEST_GOT_LO12),
                            row(313, "R_AARCH64_LD64_GOTPAGE_LO15", REQUEST_GOT_PAGE15),
                            row(314, "R_AARCH64_PLT32", REQUEST_BRANCH_DELTA32),
                            row(315, "R_AARCH64_GOTPCREL32", REQUEST_GOT_DELTA32),
                            row(512, "R_AARCH64_TLSGD_ADR_PREL21", REQUEST_TLS_PAIR_ADR21),
                            row(513, "R_AARCH64_TLSGD_ADR_PAGE21", REQUEST_TLS_PAIR_PAGE21),
                            row(514, "R_AARCH64_TLSGD_ADD_LO12_NC", REQUEST_TLS_PAIR_ADD_LO12),
                            unsupported(515, "R_AARCH64_TLSGD_MOVW_G1"),
                            unsupported(516, "R_AARCH64_TLSGD_MOVW_G0_NC"),
                            unsupported(517, "R_AARCH64_TLSLD_ADR_PREL21"),
                            unsupported(518, "R_AARCH64_TLSLD_ADR_PAGE21"),
                            unsupported(519, "R_AARCH64_TLSLD_ADD_LO12_NC"),
                            unsupported(520, "R_AARCH64_TLSLD_MOVW_G1"),
                            unsupported(521, "R_AARCH64_TLSLD_MOVW_G0_NC"),
                            unsupported(522, "R_AARCH64_TLSLD_LD_PREL19"),
                            unsupported(523, "R_AARCH64_TLSLD_MOVW_DTPREL_G2"),
                            unsupported(524, "R_AARCH64_TLSLD_MOVW_DTPREL_G1"),
                            unsupported(525, "R_AARCH64_TLSLD_MOVW_DTPREL_G1_NC"),
                            unsupported(526, "R_AARCH64_TLSLD_MOVW_DTPREL_G0"),
                            unsupported(527, "R_AARCH64_TLSLD_MOVW_DTPREL_G0_NC"),
                            unsupported(528, "R_AARCH64_TLSLD_ADD_DTPREL_HI12"),
                            unsupported(529, "R_AARCH64_TLSLD_ADD_DTPREL_LO12"),
                            unsupported(530, "R_AARCH64_TLSLD_ADD_DTPREL_LO12_NC"),
                            unsupported(531, "R_AARCH64_TLSLD_LDST8_DTPREL_LO12"),
                            unsupported(532, "R_AARCH64_TLSLD_LDST8_DTPREL_LO12_NC"),
                            unsupported(533, "R_AARCH64_TLSLD_LDST16_DTPREL_LO12"),
                            unsupported(534, "R_AARCH64_TLSLD_LDST16_DTPREL_LO12_NC"),
                            unsupported(535, "R_AARCH64_TLSLD_LDST32_DTPREL_LO12"),
                            unsupported(536, "R_AARCH64_TLSLD_LDST32_DTPREL_LO12_NC"),
                            unsupported(537, "R_AARCH64_TLSLD_LDST64_DTPREL_LO12"),
                            unsupported(538, "R_AARCH64_TLSLD_LDST64_DTPREL_LO12_NC"),
                            unsupported(539, "R_AARCH64_TLSIE_MOVW_GOTTPREL_G1"),
                            unsupported(540, "R_AARCH64_TLSIE_MOVW_GOTTPREL_G0_NC"),
                            row(
                                    541,
                                    "R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21",
                                    REQUEST_TLS_INITIAL_EXEC_PAGE21),
                            row(
                                    542,
                                    "R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC",
                                    REQUEST_TLS_INITIAL_EXEC_LO12),
                            row(
                                    543,
                                    "R_AARCH64_TLSIE_LD_GOTTPREL_PREL19",
                                    REQUEST_TLS_INITIAL_EXEC_LITERAL19),
                            row(544, "R_AARCH64_TLSLE_MOVW_TPREL_G2", TLS_MOVE_G2),
                            row(545, "R_AARCH64_TLSLE_MOVW_TPREL_G1", TLS_MOVE_G1),
                            row(546, "R_AARCH64_TLSLE_MOVW_TPREL_G1_NC", TLS_MOVE_G1_UNCHECKED),
                            row(547, "R_AARCH64_TLSLE_MOVW_TPREL_G0", TLS_MOVE_G0),
                            row(548, "R_AARCH64_TLSLE_MOVW_TPREL_G0_NC", TLS_MOVE_G0_UNCHECKED),
                            row(549, "R_AARCH64_TLSLE_ADD_TPREL_HI12", TLS_ADD_HI12),
                            row(550, "R_AARCH64_TLSLE_ADD_TPREL_LO12", TLS_ADD_LO12),
                            row(551, "R_AARCH64_TLSLE_ADD_TPREL_LO12_NC", TLS_ADD_LO12_UNCHECKED),
                            row(552, "R_AARCH64_TLSLE_LDST8_TPREL_LO12", TLS_ACCESS8_LO12),
                            row(
                                    553,
                                    "R_AARCH64_TLSLE_LDST8_TPREL_LO12_NC",
                                    TLS_ACCESS8_LO12_UNCHECKED),
                            row(554, "R_AARCH64_TLSLE_LDST16_TPREL_LO12", TLS_ACCESS16_LO12),
                            row(
                                    555,
                                    "R_AARCH64_TLSLE_LDST16_TPREL_LO12_NC",
                                    TLS_ACCESS16_LO12_UNCHECKED),
                            row(556, "R_AARCH64_TLSLE_LDST32_TPREL_LO12", TLS_ACCESS32_LO12),
                            row(
                                    557,
                                    "R_AARCH64_TLSLE_LDST32_TPREL_LO12_NC",
                                    TLS_ACCESS32_LO12_UNCHECKED),
                            row(558, "R_AARCH64_TLSLE_LDST64_TPREL_LO12", TLS_ACCESS64_LO12),
                            row(
                                    559,
                                    "R_AARCH64_TLSLE_LDST64_TPREL_LO12_NC",
                                    TLS_ACCESS64_LO12_UNCHECKED),
                            row(
                                    560,
                                    "R_AARCH64_TLSDESC_LD_PREL19",
                                    REQUEST_TLS_DESCRIPTOR_LITERAL19),
                            row(561, "R_AARCH64_TLSDESC_ADR_PREL21", REQUEST_TLS_DESCRIPTOR_ADR21),
                            row(562, "R_AARCH64_TLSDESC_ADR_PAGE21", REQUEST_TLS_DESCRIPTOR_PAGE21),
                            row(563, "R_AARCH64_TLSDESC_LD64_LO12", REQUEST_TLS_DESCRIPTOR_LO12),
                            row(564, "R_AARCH64_TLSDESC_ADD_LO12", REQUEST_TLS_DESCRIPTOR_ADD_LO12),
                            unsupported(565, "R_AARCH64_TLSDESC_OFF_G1"),
                            unsupported(566, "R_AARCH64_TLSDESC_OFF_G0_NC"),
                            row(570, "R_AARCH64_TLSLE_LDST128_TPREL_LO12", TLS_ACCESS128_LO12),
                            row(
                                    571,
                                    "R_AARCH64_TLSLE_LDST128_TPREL_LO12_NC",
                                    TLS_ACCESS128_LO12_UNCHECKED),
                            unsupported(572, "R_AARCH64_TLSLD_LDST128_DTPREL_LO12"),
                            unsupported(573, "R_AARCH64_TLSLD_LDST128_DTPREL_LO12_NC"),
                            unsupported(580, "R_AARCH64_AUTH_ABS64"),
                            unsupported(1024, "R_AARCH64_COPY"),
                            unsupported(1025, "R_AARCH64_GLOB_DAT"),
                            unsupported(1026, "R_AARCH64_JUMP_SLOT"),
                            unsupported(1027, "R_AARCH64_RELATIVE"),
                            unsupported(1028, "R_AARCH64_TLS_DTPMOD64"),
                            unsupported(1029, "R_AARCH64_TLS_DTPREL64"),
                            unsupported(1030, "R_AARCH64_TLS_TPREL64"),
                            unsupported(1031, "R_AARCH64_TLSDESC"),
                            unsupported(1032, "R_AARCH64_IRELATIVE"),
                            mark(0, "R_AARCH64_NONE"),
                            mark(256, "R_AARCH64_NONE"),
                            mark(567, "R_AARCH64_TLSDESC_LDR"),
                            mark(568, "R_AARCH64_TLSDESC_ADD"),
                            mark(569, "R_AARCH64_TLSDESC_CALL"))
                    .collect(Collectors.toUnmodifiableMap(Row::number, Function.identity()));

    private static Row row(int number, String name, AArch64EdgeKind kind) {
        return new Row(number, name, kind, false);
    }

    private static Row unsupported(int number, String name) {
        return new Row(number, name, null, false);
    }

    /** Returns a relocation that changes nothing and only marks a place for linkers. */
    private static Row mark(int number, String name) {
        return new Row(number, name, null, true);
    }

    @Override
    public boolean isStackExecutable() {
        return false;
    }

    @Override
    public Architecture architecture() {
        return new AArch64();
    }

    private static Row find(int number) {
        return TABLE.getOrDefault(number, UNKNOWN);
    }

    @Override
    public EdgeKind kind(int number) {
        return find(number).kind;
    }

    @Override
    public String nameOf(int number) {
        return find(number).name;
    }

    @Override
    public boolean isMark(int number) {
        return find(number).isMark;
    }

    @Override
    public boolean needsGotBase(EdgeKind kind) {
        return kind == DELTA64_FROM_GOT || kind == DELTA32_FROM_GOT || kind == REQUEST_GOT_PAGE15;
    }

    @Override
    public long implicitAddend(EdgeKind kind, MemorySegment content, long offset) {
        return ((AArch64EdgeKind) kind).addendIn(content, offset);
    }
}
