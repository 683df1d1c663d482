package dev.orcinus.platform.macos.channels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.macos.DarwinUnistd;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.posix.channels.DescriptorSystem;
import dev.orcinus.platform.posix.channels.DescriptorSystem.WakeUp;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pipe that nobody reads from: macOS has no event descriptors.
 *
 * @param descriptor the end to read from
 * @param end the end to write to
 */
record PipeWakeUp(int descriptor, int end) implements WakeUp {
    static PipeWakeUp open(DescriptorSystem system) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            if (DarwinUnistd.pipe(state, ends) != 0) {
                throw system.failed("pipe()", state);
            }
            PipeWakeUp pipe =
                    new PipeWakeUp(ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1));
            system.closeOnExec(state, pipe.descriptor);
            system.closeOnExec(state, pipe.end);
            return pipe;
        }
    }

    @Override
    public void wake() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(JAVA_BYTE, (byte) 1);
            Unistd.write(ErrnoState.IGNORED, end, one, 1);
        }
    }

    @Override
    public void close() {
        Unistd.close(ErrnoState.IGNORED, descriptor);
        Unistd.close(ErrnoState.IGNORED, end);
    }
}
