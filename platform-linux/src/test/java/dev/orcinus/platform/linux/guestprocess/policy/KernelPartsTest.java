package dev.orcinus.platform.linux.guestprocess.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.spi.guest.GuestFiles;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.GuestQuota;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelPartsTest {
    private static final Optional<GuestFiles> NO_FILES =
            Optional.of(new GuestFiles(List.of(), List.of()));
    private static final GuestPolicy FILES =
            new GuestPolicy(NO_FILES, false, GuestQuota.NONE, false);
    private static final GuestPolicy STRICT =
            new GuestPolicy(NO_FILES, true, GuestQuota.NONE, false);
    private static final GuestPolicy LIMITS =
            new GuestPolicy(Optional.empty(), false, new GuestQuota(0, 1, 1, 0, 0), false);

    /** What a policy lacks depends on the version of Landlock. */
    @ParameterizedTest
    @CsvSource({"0, 1, 2", "1, 1, 2", "2, 1, 2", "3, 0, 1", "5, 0, 1", "6, 0, 0", "7, 0, 0"})
    void olderVersionsOfLandlockLackParts(int version, int ofFiles, int ofStrict) {
        KernelParts kernel = new KernelParts(version, true);
        assertEquals(ofFiles, kernel.missing(FILES).size());
        assertEquals(ofStrict, kernel.missing(STRICT).size());
        assertEquals(List.of(), kernel.missing(LIMITS));
        assertEquals(List.of(), kernel.missing(GuestPolicy.NONE));
    }

    @Test
    void theMessagesSayWhichVersionWouldDo() {
        assertEquals(
                List.of(
                        "keep files from being made shorter (it has version 2 of Landlock; Linux 6.2"
                                + " has 3)",
                        "filter system calls (it has no seccomp filters)",
                        "forbid signals to other processes (it has version 2 of Landlock; Linux"
                                + " 6.12 has 6)"),
                new KernelParts(2, false).missing(STRICT));
    }

    @Test
    void thisKernelAnswers() {
        KernelParts kernel = KernelParts.ofThisSystem(Processor.X86_64);
        assertTrue(kernel.landlock() >= 0 && kernel.landlock() < 100, kernel::toString);
    }
}
