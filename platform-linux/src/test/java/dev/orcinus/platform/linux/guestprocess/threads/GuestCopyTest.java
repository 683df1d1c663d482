package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests which texts are read of a process, here of this one, up to the end of what is mapped. */
final class GuestCopyTest {
    private static final long READABLE_BYTES = 64 << 10;

    private final GuestCopy copy =
            new GuestCopy(
                    Unistd::getpid,
                    () -> {
                        throw new AssertionError("the kernel copies");
                    });
    private long start;

    /** Maps memory whose second half is not readable. */
    @BeforeEach
    void map() {
        start =
                SysMman.mmap(
                        ErrnoState.IGNORED,
                        0,
                        2 * READABLE_BYTES,
                        PROT_READ | PROT_WRITE,
                        SysMman.MAP_PRIVATE | LinuxMman.MAP_ANONYMOUS,
                        -1,
                        0);
        assertEquals(
                0, SysMman.mprotect(ErrnoState.IGNORED, start + READABLE_BYTES, READABLE_BYTES, 0));
    }

    @AfterEach
    void unmap() {
        SysMman.munmap(ErrnoState.IGNORED, start, 2 * READABLE_BYTES);
    }

    private String written(String text, long offset) {
        MemorySegment memory = NativeMemory.view(start, READABLE_BYTES);
        memory.asSlice(offset).copyFrom(MemorySegment.ofArray(text.getBytes(UTF_8)));
        return copy.text(new ExecutorAddress(start + offset));
    }

    @Test
    void aTextOfAnyLengthAtAnyPlace() {
        for (int length : new int[] {0, 1, 100, 255, 256, 257, 511, 512, 5_000}) {
            for (long offset : new long[] {0, 1, 255, 256, 4_095}) {
                assertEquals("x".repeat(length), written("x".repeat(length) + "\0y", offset));
            }
        }
    }

    @Test
    void aTextThatEndsWithTheReadableMemory() {
        assertEquals("last", written("last\0", READABLE_BYTES - 5));
        assertEquals("", written("\0", READABLE_BYTES - 1));
    }

    @Test
    void whatCanBeReadOfATextWithoutAnEnd() {
        assertEquals("ab".repeat(300), written("ab".repeat(300), READABLE_BYTES - 600));
        assertEquals("", copy.text(new ExecutorAddress(start + READABLE_BYTES)));
    }

    @Test
    void charactersOfSeveralBytesWhereverTheyAreDivided() {
        String text = "\u00e9\u20ac".repeat(200);
        for (long offset = 0; offset < 5; offset++) {
            assertEquals(text, written(text + "\0", offset));
        }
    }
}
