package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CREAT;
import static dev.orcinus.bindings.linux.Spawn.POSIX_SPAWN_SETSID;
import static dev.orcinus.bindings.linux.Spawn.POSIX_SPAWN_SETSIGDEF;
import static dev.orcinus.bindings.linux.Spawn.POSIX_SPAWN_SETSIGMASK;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.linux.Spawn;
import dev.orcinus.bindings.linux.SysWait;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.OrphanProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts programs that go on without this process. A shell between both leads the session, and ends
 * at once, so that the program is an orphan that can get no terminal.
 */
final class OrphanStart {
    /**
     * $1 is the delay in seconds, then the command follows. Hard limits that would end or confine a
     * program which serves others cannot be lifted, nor can a low priority, or that a process gets
     * no more rights, as one that is confined has it: then it does not start. It may run on all
     * processors that this system has for us.
     */
    private static final String SCRIPT =
            """
            ulimit -S -t unlimited && ulimit -S -f unlimited && ulimit -S -d unlimited && ulimit -S -v unlimited || exit 1
            [ "$(nice)" -le 0 ] || exit 1
            while read -r name value; do
                [ "$name$value" != NoNewPrivs:1 ] || exit 1
            done </proc/self/status
            taskset -cp 0-4095 $$ >/dev/null 2>&1
            ulimit -S -c 0
            umask 077
            cd / && unset OLDPWD PWD
            delay=$1
            shift
            {
                sleep "$delay"
                exec "$@"
            } &
            """;

    private static final byte ALL = (byte) 0xff;
    private static final int OF_OWNER = 0600;
    private static final int ERRORS = 2;
    private static final double MILLIS_PER_SECOND = 1e3;

    private OrphanStart() {}

    /** Starts a program that has a lock. */
    static void start(OrphanProgram program, int lock) throws HostCallException {
        List<String> command = new ArrayList<>();
        command.add("/bin/sh");
        command.add("-c");
        command.add(SCRIPT);
        command.add("orcinus-start");
        command.add(Double.toString(program.delay().toMillis() / MILLIS_PER_SECOND));
        command.addAll(program.command());
        int status = await(spawn(command, program, lock));
        if (status != 0) {
            throw new HostCallException(
                    "ulimit",
                    0,
                    "hard limits of processor time, memory or files are set, or a low priority,"
                            + " or no_new_privs");
        }
    }

    private static int spawn(List<String> command, OrphanProgram program, int lock)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = actions(arena, program, lock);
            MemorySegment pid = arena.allocate(JAVA_INT);
            int error =
                    Spawn.posix_spawn(
                            pid,
                            arena.allocateFrom(command.getFirst()),
                            actions,
                            attributes(arena),
                            CStrings.array(arena, command, UTF_8),
                            CStrings.array(arena, program.environment(), UTF_8));
            Spawn.posix_spawn_file_actions_destroy(actions);
            if (error != 0) {
                throw Failure.of("posix_spawn(" + command.getFirst() + ")", error);
            }
            return pid.get(JAVA_INT, 0);
        }
    }

    private static MemorySegment actions(Arena arena, OrphanProgram program, int lock) {
        MemorySegment actions = arena.allocate(Spawn.FileActions.SIZEOF, 16);
        Spawn.posix_spawn_file_actions_init(actions);
        Spawn.posix_spawn_file_actions_adddup2(actions, lock, OrphanProgram.LOCK);
        MemorySegment nothing = arena.allocateFrom("/dev/null");
        for (int standard = 0; standard < ERRORS; standard++) {
            Spawn.posix_spawn_file_actions_addopen(actions, standard, nothing, O_RDWR, 0);
        }
        MemorySegment output = arena.allocateFrom(program.output().toString());
        int flags = O_RDWR | O_CREAT | LinuxFcntl.O_TRUNC | LinuxFcntl.O_APPEND;
        Spawn.posix_spawn_file_actions_addopen(actions, ERRORS, output, flags, OF_OWNER);
        Spawn.posix_spawn_file_actions_addclosefrom_np(actions, OrphanProgram.LOCK + 1);
        return actions;
    }

    private static MemorySegment attributes(Arena arena) {
        MemorySegment attributes = arena.allocate(Spawn.Attributes.SIZEOF, 16);
        Spawn.posix_spawnattr_init(attributes);
        MemorySegment signals = arena.allocate(Spawn.SignalSet.SIZEOF, Long.BYTES);
        Spawn.posix_spawnattr_setsigmask(attributes, signals);
        Spawn.posix_spawnattr_setsigdefault(attributes, signals.fill(ALL));
        Spawn.posix_spawnattr_setflags(
                attributes,
                (short) (POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
        return attributes;
    }

    private static int await(int pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            int reaped = SysWait.waitpid(ErrnoState.IGNORED, pid, status, 0);
            return reaped == pid ? status.get(JAVA_INT, 0) : 0;
        }
    }
}
