package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.SysEventfd.EFD_CLOEXEC;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysEventfd;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.posix.channels.DescriptorSystem.WakeUp;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An event descriptor. */
record EventDescriptor(int descriptor) implements WakeUp {
    static EventDescriptor open() throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int descriptor = SysEventfd.eventfd(state, 0, EFD_CLOEXEC);
            if (descriptor < 0) {
                throw Failure.of("eventfd()", state);
            }
            return new EventDescriptor(descriptor);
        }
    }

    @Override
    public void wake() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
            Unistd.write(ErrnoState.IGNORED, descriptor, one, Long.BYTES);
        }
    }

    @Override
    public void close() {
        Unistd.close(ErrnoState.IGNORED, descriptor);
    }
}
