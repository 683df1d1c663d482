package dev.orcinus.executor.orcrt.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.guest.GuestReader;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GuestTextsTest {
    private final FakeGuest guest = new FakeGuest();
    private final GuestTexts texts = new GuestTexts(guest);

    private void assertText(String expected, ExecutorAddress address) {
        assertArrayEquals(
                expected.getBytes(UTF_8),
                new GuestReader(guest.memory()).text(address, 1 << 20).orElseThrow());
    }

    @Test
    void aTextStaysUntilTheThreadGetsItsNext() {
        ExecutorAddress first = texts.put("nichts gefunden: \u00fc");
        assertText("nichts gefunden: \u00fc", first);
        ExecutorAddress second = texts.put("");
        assertText("", second);
        assertEquals(Set.of(second), guest.process().heap(), "the first one is free");
    }

    @Test
    void threadsHaveTextsOfTheirOwn() throws InterruptedException {
        ExecutorAddress mine = texts.put("mine");
        ExecutorAddress[] others = new ExecutorAddress[1];
        Thread thread = new Thread(() -> others[0] = texts.put("another"));
        thread.start();
        thread.join();
        assertNotEquals(mine, others[0]);
        assertText("mine", mine);
        texts.close();
        assertEquals(Set.of(), guest.process().heap());
    }
}
