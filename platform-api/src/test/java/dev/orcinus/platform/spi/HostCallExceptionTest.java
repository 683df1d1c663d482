package dev.orcinus.platform.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class HostCallExceptionTest {
    @Test
    void aFailedCallNamesCallReasonAndNumber() {
        HostCallException e =
                new HostCallException("mmap(size=0x1000)", 12, "Cannot allocate memory");
        assertEquals("mmap(size=0x1000): Cannot allocate memory (errno 12)", e.getMessage());
        assertEquals("mmap(size=0x1000)", e.call());
        assertEquals(12, e.errno());
    }

    @Test
    void aCallThatReportsTextOnlySpeaksForItself() {
        String text = "libx.so: cannot open shared object file: No such file or directory";
        HostCallException e = new HostCallException("dlopen(libx.so)", 0, text);
        assertEquals(text, e.getMessage());
        assertEquals("dlopen(libx.so)", e.call());
    }
}
