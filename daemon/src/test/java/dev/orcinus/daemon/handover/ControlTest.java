package dev.orcinus.daemon.handover;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.spi.HostCallException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ControlTest {
    private final FakeChannel channel = new FakeChannel();
    private final Control control = new Control(channel);

    @AfterEach
    void close() {
        control.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void linesThatAreCutAnywhereAreTheSameLines() throws HostCallException {
        byte[] text = bytes("ready\nend d\u00e9j\u00e0 vu\n");
        for (int cut = 0; cut <= text.length; cut++) {
            FakeChannel line = new FakeChannel();
            line.piece(Arrays.copyOf(text, cut)).pause();
            line.piece(Arrays.copyOfRange(text, cut, text.length));
            try (Control cutControl = new Control(line)) {
                assertEquals("ready", cutControl.readLine());
                assertEquals("end d\u00e9j\u00e0 vu", cutControl.readLine());
                assertNull(cutControl.readLine(), "cut at " + cut);
            }
        }
    }

    @Test
    void aLineLargerThanTheBufferIsWhole() throws HostCallException {
        String large = "x".repeat(10_000);
        channel.piece(bytes(large + "\n\n"));
        assertEquals(large, control.readLine());
        assertEquals("", control.readLine());
    }

    @Test
    void aLineWithoutItsEndIsNone() throws HostCallException {
        channel.piece(bytes("counters 1 2"));
        assertNull(control.readLine());
    }

    @Test
    void aLineThatIsSentIsOneLine() throws HostCallException {
        control.sendLine(Control.END + "first\nsecond");
        assertArrayEquals(bytes("end first second\n"), channel.written());
    }

    @Test
    void bytesArriveOneByOne() throws HostCallException {
        channel.piece(Control.CONNECTION, Control.ASK_COUNTERS, (byte) 0xff);
        assertEquals('c', control.readByte());
        assertEquals('s', control.readByte());
        assertEquals(0xff, control.readByte());
        assertEquals(-1, control.readByte());
    }

    @Test
    void aDeadLineIsAnError() {
        channel.failWrites("Broken pipe");
        assertThrows(HostCallException.class, () -> control.sendLine(Control.READY));
        assertThrows(HostCallException.class, () -> control.sendByte(Control.ASK_COUNTERS));
    }

    @Test
    void countersAreTheSameAfterTheirWay() {
        Counters counters = new Counters(Long.MAX_VALUE, 0, Integer.MAX_VALUE);
        assertEquals(counters, Counters.parse(counters.toString()));
        assertEquals(new Counters(1, 2, 3), Counters.parse(" 1 2 3\n"));
    }
}
