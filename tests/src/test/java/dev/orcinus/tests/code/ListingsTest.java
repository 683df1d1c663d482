package dev.orcinus.tests.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.code.Hole;
import dev.orcinus.formats.code.HoleField;
import dev.orcinus.formats.code.InstructionSet;
import dev.orcinus.tests.llvm.Llvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that an assembler makes the bytes of each listing from its instructions, and has
 * relocations where the listing has holes. Skipped where no assembler for the processor is
 * installed.
 */
@Timeout(180)
final class ListingsTest {
    /** The relocations that fields stand for ({@code <elf.h>}). */
    private static final Map<HoleField, Set<Integer>> TYPES =
            Map.ofEntries(
                    Map.entry(HoleField.IMM32, Set.of(10, 11)), // R_X86_64_32, R_X86_64_32S
                    Map.entry(HoleField.IMM64, Set.of(1)), // R_X86_64_64
                    Map.entry(HoleField.REL32, Set.of(2, 4)), // R_X86_64_PC32, R_X86_64_PLT32
                    Map.entry(HoleField.BRANCH32, Set.of(2, 4)),
                    Map.entry(HoleField.WORD64, Set.of(257)), // R_AARCH64_ABS64
                    Map.entry(HoleField.MOVE16, Set.of(263)), // R_AARCH64_MOVW_UABS_G0
                    Map.entry(HoleField.ADR21, Set.of(274)), // R_AARCH64_ADR_PREL_LO21
                    Map.entry(HoleField.LITERAL19, Set.of(273)), // R_AARCH64_LD_PREL_LO19
                    Map.entry(HoleField.BRANCH26, Set.of(282, 283)), // R_AARCH64_JUMP26, _CALL26
                    Map.entry(HoleField.PAGE21, Set.of(275)), // R_AARCH64_ADR_PREL_PG_HI21
                    Map.entry(HoleField.ADD12, Set.of(277)), // R_AARCH64_ADD_ABS_LO12_NC
                    Map.entry(HoleField.ACCESS12, Set.of(286))); // R_AARCH64_LDST64_ABS_LO12_NC

    @TempDir private Path folder;

    private static Stream<String> names() {
        return Listings.all().keySet().stream();
    }

    @Test
    void allModulesThatWriteCodeHaveListings() {
        Set<String> names = Listings.all().keySet();
        for (String name :
                List.of(
                        "X64Code.AT_EXIT_LISTING",
                        "AArch64Code.AT_EXIT_LISTING",
                        "X64RuntimeCode.CODE",
                        "X64Thunks.ENTRY",
                        "ThreadExitCode$AArch64.CODE",
                        "GuestCode$X64.REGISTER")) {
            assertTrue(names.contains(name), () -> name + " in " + names);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachFieldHasItsRelocations(HoleField field) {
        assertTrue(TYPES.containsKey(field), field::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void theBytesAreThoseOfTheInstructions(String name) throws Exception {
        CodeListing listing = Listings.all().get(name);
        Assembled assembled = assemble(listing);
        assertEquals(assembled.code(), Assembled.hex(listing.bytes()));
        assertEquals(
                assembled.references().stream().map(r -> r.symbol() + " at " + r.offset()).toList(),
                listing.holes().stream().map(h -> h.name() + " at " + h.offset()).toList());
        for (int i = 0; i < listing.holes().size(); i++) {
            Hole hole = listing.holes().get(i);
            int type = assembled.references().get(i).type();
            assertTrue(TYPES.get(hole.field()).contains(type), hole + " is of type " + type);
        }
    }

    private Assembled assemble(CodeListing listing)
            throws IOException, InterruptedException, MalformedFileException {
        Path source = folder.resolve("listing.s");
        Path object = folder.resolve("listing.o");
        Files.write(source, source(listing));
        List<String> command = new ArrayList<>(assembler(listing.processor()));
        command.addAll(List.of("-o", object.toString(), source.toString()));
        return Assembled.by(folder, command, object);
    }

    /** Returns the labels, and the instructions without the bytes before them. */
    private static List<String> source(CodeListing listing) {
        List<String> source = new ArrayList<>(List.of(".text"));
        for (String line : listing.toString().lines().toList()) {
            if (line.startsWith(" ")) {
                source.add(line.strip().split(" +", 2)[1]);
            } else if (!line.startsWith("#")) {
                source.add(line);
            }
        }
        return source;
    }

    private static List<String> assembler(InstructionSet processor) {
        boolean isOurs =
                switch (processor) {
                    case X86_64 -> "amd64".equals(System.getProperty("os.arch"));
                    case AARCH64 -> "aarch64".equals(System.getProperty("os.arch"));
                };
        String triple =
                switch (processor) {
                    case X86_64 -> "x86_64-linux-gnu";
                    case AARCH64 -> "aarch64-linux-gnu";
                };
        if (isOurs && isOnPath("as")) {
            return List.of("as");
        }
        if (isOnPath(triple + "-as")) {
            return List.of(triple + "-as");
        }
        return List.of(new Llvm(20).tool("llvm-mc"), "-triple=" + triple, "-filetype=obj");
    }

    private static boolean isOnPath(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }
}
