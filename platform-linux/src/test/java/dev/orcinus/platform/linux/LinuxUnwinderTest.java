package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.publish;
import static dev.orcinus.platform.linux.TestHost.unmap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class LinuxUnwinderTest {
    @Test
    void theUnwinderFindsAFrameWhileItsSectionIsRegistered() throws Exception {
        ExecutorAddress function = MachineCode.RETURN.install();
        AddressRange pages = GUEST.memory().map(1);
        AddressRange section = AddressRange.of(pages.start(), ehFrame(0).length);
        GUEST.memory().fill(section).copyFrom(MemorySegment.ofArray(ehFrame(function.value())));
        publish(pages, MemProt.READ);
        assertEquals(0, find(function));
        GUEST.unwinder().register(section);
        assertNotEquals(0, find(function));
        GUEST.unwinder().deregister(section);
        assertEquals(0, find(function));
        unmap(pages);
    }

    /** Returns a CIE with absolute pointers, an FDE for one byte of code, and the terminator. */
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
                GUEST.libraries()
                        .find(GUEST.libraries().process(), "_Unwind_Find_FDE")
                        .orElseThrow();
        try (Arena arena = Arena.ofConfined()) {
            long bases = arena.allocate(24, 8).address();
            return CallByAddress.call(find.value(), function.value(), bases, 0, 0);
        }
    }
}
