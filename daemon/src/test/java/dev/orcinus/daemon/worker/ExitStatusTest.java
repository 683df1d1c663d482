package dev.orcinus.daemon.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExitStatusTest {
    @ParameterizedTest
    @CsvSource({
        "0x0000, exit status 0",
        "0x0700, exit status 7",
        "0xff00, exit status 255",
        "0x0009, SIGKILL",
        "0x0006, SIGABRT",
        "0x0086, SIGABRT",
        "0x000b, SIGSEGV",
        "0x0018, SIGXCPU",
        "0x0022, signal 34",
    })
    void aWaitStatusIsAnExitOrASignal(String status, String text) {
        assertEquals(text, ExitStatus.ofWait(Integer.decode(status)).toString());
    }

    @Test
    void theOtherPartIsMarkedAbsent() {
        assertEquals(new ExitStatus(3, 0), ExitStatus.ofWait(0x300));
        assertEquals(new ExitStatus(-1, 15), ExitStatus.ofWait(15));
    }
}
