package dev.orcinus.formats.dwarf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.ElfDebugInfo;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctions;
import dev.orcinus.formats.elf.ElfImage;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that damaged files are errors, or say less, and nothing else. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DwarfMutationTest {
    private static final int ROUNDS = 2_000;
    private static final long SEED = 20261129;
    private static final long BASE = 0x7f00_0000_0000L;

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] copy = bytes.clone();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            int at = random.nextInt(copy.length);
            while (copy[at] == 0) { // most of an image is zero
                at = random.nextInt(copy.length);
            }
            copy[at] = (byte) random.nextInt(1, 256);
        }
        return copy;
    }

    @Test
    void damagedLineTablesAreErrorsOrSayLess() throws Exception {
        Random random = new Random(SEED);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int which = random.nextInt(DwarfObjects.WITH_LINES.size());
            String name = DwarfObjects.WITH_LINES.get(which);
            byte[] bytes = damaged(DwarfObjects.bytes(name + ".o"), random);
            try {
                ElfFile file = ElfFile.read(DwarfObjects.file(name, bytes));
                LineSearch.find(new ElfDebugInfo(file).lines(), List.of(1L, 20L, 60L));
                LineTable.read(new ElfDebugInfo(file).lines()).within(0, Long.MAX_VALUE, 5000);
                new ElfFunctions(file).find(20);
                read++;
            } catch (MalformedFileException e) {
                assertTrue(e.getMessage().startsWith(name), e.getMessage());
            }
        }
        assertTrue(read > ROUNDS / 10, "files without an error: " + read);
    }

    @Test
    void damagedCallFramesLeadToErrorsOrNowhere() throws Exception {
        Random random = new Random(SEED);
        int found = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int which = random.nextInt(DwarfObjects.WITH_FRAMES.size());
            byte[] library = DwarfObjects.bytes(DwarfObjects.WITH_FRAMES.get(which) + ".so");
            byte[] image = new byte[1 << 18];
            assertTrue(DwarfObjects.image(library, BASE).read(BASE, image));
            found += unwind(damaged(image, random), random) ? 1 : 0;
        }
        assertTrue(found > 0);
    }

    private static boolean unwind(byte[] image, Random random) {
        ReadableMemory memory =
                (address, target) -> {
                    long from = address - BASE;
                    boolean isInside = from >= 0 && from <= image.length - target.length;
                    if (isInside) {
                        System.arraycopy(image, (int) from, target, 0, target.length);
                    }
                    return isInside;
                };
        try {
            Optional<ElfImage> elf = ElfImage.at(memory, BASE);
            if (elf.isEmpty() || elf.get().frameTable().isEmpty()) {
                return false;
            }
            Optional<CallFrameTable> table =
                    CallFrameTable.at(memory, elf.get().frameTable().getAsLong());
            long pc = BASE + random.nextInt(image.length);
            Optional<FrameDescription> found =
                    table.isEmpty() ? Optional.empty() : table.get().find(pc, BASE + image.length);
            if (found.isEmpty()) {
                return false;
            }
            FrameRegisters registers =
                    FrameRegisters.of(
                            FrameRegisters.Processor.X86_64, pc, Collections.nCopies(16, BASE));
            return found.get().rulesAt(pc).caller(registers, memory).isPresent();
        } catch (MalformedFileException e) {
            return false;
        }
    }
}
