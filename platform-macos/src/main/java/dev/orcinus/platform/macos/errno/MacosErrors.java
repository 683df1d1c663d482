package dev.orcinus.platform.macos.errno;

import dev.orcinus.bindings.macos.DarwinString;
import dev.orcinus.platform.posix.CallErrors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Makes exceptions of failed calls, with the texts of {@code strerror_r}. */
public record MacosErrors() implements CallErrors {
    private static final long TEXT_BYTES = 256;

    @Override
    public String text(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(TEXT_BYTES);
            return DarwinString.strerror_r(errno, text, TEXT_BYTES) == 0
                    ? text.getString(0)
                    : "failed";
        }
    }
}
