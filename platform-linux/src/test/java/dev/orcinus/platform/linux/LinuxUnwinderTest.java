package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class LinuxUnwinderTest {
    @Test
    void theUnwinderFindsAFrameWhileItsSectionIsRegistered() throws Exception {
        ExecutorAddress function = MachineCode.RETURN.install();
        AddressRange pages = HOST.memory().map(1);
        HOST.memory().view(pages).copyFrom(MemorySegment.ofArray(ehFrame(function.value())));
        AddressRange section = AddressRange.of(pages.start(), ehFrame(0).length);
        assertEquals(0, find(function));
        HOST.unwinder().register(section);
        assertNotEquals(0, find(function));
        HOST.unwinder().deregister(section);
        assertEquals(0, find(function));
        HOST.memory().unmap(pages);
    }

    /** A CIE with absolute pointers, an FDE for one byte of code, and the terminator. */
    private static byte[] ehFrame(long function) {
        return ByteBuffer.allocate(16 + 24 + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(12)
                .putInt(0)
                .put(new byte[] {1, 0, 1, 0x78, 16, 0, 0, 0})
                .putInt(20)
                .putInt(20)
                .putLong(function)
                .putLong(4)
                .putInt(0)
                .array();
    }

    private static long find(ExecutorAddress function) {
        ExecutorAddress find =
                HOST.libraries().find(HOST.libraries().process(), "_Unwind_Find_FDE").orElseThrow();
        try (Arena arena = Arena.ofConfined()) {
            long bases = arena.allocate(24, 8).address();
            return CallByAddress.call(find.value(), function.value(), bases, 0, 0);
        }
    }
}
