package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.linux.Spawn.POSIX_SPAWN_SETPGROUP;
import static dev.orcinus.bindings.linux.Spawn.POSIX_SPAWN_SETSIGDEF;
import static dev.orcinus.bindings.linux.Spawn.POSIX_SPAWN_SETSIGMASK;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.bindings.linux.Spawn;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.CStrings;
import dev.orcinus.platform.linux.GuestMark;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Starts a program whose mailbox is open under a known descriptor. It has no state. */
final class Spawner {
    private static final byte ALL = (byte) 0xff;

    private Spawner() {}

    /**
     * Starts a program. Its signal mask is empty.
     *
     * @param path of the program
     * @param inheritance what it has from this process
     * @param arguments {@code argv}
     * @param isApart whether it leads a process group, no signal is ignored, and it has the mark of
     *     a guest
     * @return its process id
     */
    static int spawn(
            String path,
            Inheritance inheritance,
            List<String> arguments,
            SharedFile mailbox,
            boolean isApart)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(Spawn.FileActions.SIZEOF, 16);
            Spawn.posix_spawn_file_actions_init(actions);
            Spawn.posix_spawn_file_actions_adddup2(
                    actions, mailbox.fd(), MailboxLayout.MAILBOX_DESCRIPTOR);
            for (int ofJava : inheritance.closed()) {
                Spawn.posix_spawn_file_actions_addclose(actions, ofJava);
            }
            MemorySegment pid = arena.allocate(JAVA_INT);
            int error =
                    Spawn.posix_spawn(
                            pid,
                            arena.allocateFrom(path),
                            actions,
                            attributes(arena, isApart),
                            CStrings.array(arena, arguments, UTF_8),
                            CStrings.array(arena, variables(inheritance, isApart), ISO_8859_1));
            Spawn.posix_spawn_file_actions_destroy(actions);
            if (error != 0) {
                throw Failure.of("posix_spawn(" + path + ")", error);
            }
            return pid.get(JAVA_INT, 0);
        }
    }

    private static List<String> variables(Inheritance inheritance, boolean isApart) {
        List<String> own = inheritance.environment();
        return isApart ? Environment.withMark(own, GuestMark.of(Unistd.getpid(), 0)) : own;
    }

    private static MemorySegment attributes(Arena arena, boolean isApart) {
        MemorySegment attributes = arena.allocate(Spawn.Attributes.SIZEOF, 16);
        Spawn.posix_spawnattr_init(attributes);
        MemorySegment signals = arena.allocate(Spawn.SignalSet.SIZEOF, Long.BYTES);
        Spawn.posix_spawnattr_setsigmask(attributes, signals);
        int flags = POSIX_SPAWN_SETSIGMASK;
        if (isApart) {
            Spawn.posix_spawnattr_setsigdefault(attributes, signals.fill(ALL));
            flags |= POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF;
        }
        Spawn.posix_spawnattr_setflags(attributes, (short) flags);
        return attributes;
    }
}
