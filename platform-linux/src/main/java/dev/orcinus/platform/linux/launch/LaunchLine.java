package dev.orcinus.platform.linux.launch;

import static dev.orcinus.bindings.linux.LinuxSocket.SOL_SOCKET;
import static dev.orcinus.bindings.linux.LinuxSocket.SO_PEERCRED;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxSocket.Ucred;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.channels.PassedDescriptors;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a launcher is told. First one byte, {@code A}: somebody serves it. Then it speaks ({@link
 * LaunchMessage}), because descriptors that it has sent live on in the line, whatever becomes of
 * it. The answer tells it what to do. {@code X}: to execute a program; the kind, a null byte, the
 * length of all (16 bits), the descriptor under which it has to have the mailbox, how many of its
 * last arguments the program gets, the program's path and {@code argv[0]}, each with a null byte
 * behind it. {@code E}: to end; the kind, the length, the status. Without an answer it starts a
 * JVM.
 */
final class LaunchLine implements AutoCloseable {
    private static final byte GREETING = 'A';
    private static final byte EXECUTE = 'X';
    private static final byte END = 'E';
    private static final int TEXTS = 12;
    private static final int END_BYTES = 8;

    /** What the launcher has room for. */
    private static final int MOST_BYTES = 8192;

    /** Within this time a launcher that runs has executed the program, or never does. */
    private static final int PATIENCE_MILLIS = 30_000;

    private static final int LOOK_MILLIS = 500;

    private final HostChannel channel;
    private final int patienceMillis;
    private boolean isWaiting = true;

    LaunchLine(HostChannel channel) {
        this(channel, PATIENCE_MILLIS);
    }

    /**
     * A line.
     *
     * @param patienceMillis how long a launcher that is not stopped may take to execute a program
     */
    LaunchLine(HostChannel channel, int patienceMillis) {
        this.channel = channel;
        this.patienceMillis = patienceMillis;
    }

    /** Returns the process id of the launcher. */
    int pid() throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment peer = arena.allocate(Ucred.SIZEOF, Integer.BYTES);
            MemorySegment size = arena.allocateFrom(JAVA_INT, (int) Ucred.SIZEOF);
            if (SysSocket.getsockopt(
                            state, channel.descriptor(), SOL_SOCKET, SO_PEERCRED, peer, size)
                    != 0) {
                throw Failure.of("getsockopt(SO_PEERCRED)", state);
            }
            return peer.get(JAVA_INT, Ucred.PID);
        }
    }

    /** Tells the launcher that it is served. It has said nothing yet. */
    void greet() throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            channel.write(arena.allocateFrom(JAVA_BYTE, GREETING));
        }
    }

    boolean isWaiting() {
        return isWaiting;
    }

    /** Returns whether the launcher has room for the texts of an answer. */
    static boolean fits(byte[] path, byte[] name) {
        return sizeBytes(path, name) <= MOST_BYTES;
    }

    private static int sizeBytes(byte[] path, byte[] name) {
        return TEXTS + path.length + 1 + name.length + 1;
    }

    /**
     * Lets the launcher execute a program, and waits until it does.
     *
     * @param mailbox the descriptor to pass
     * @param number the descriptor that it becomes there
     * @param kept how many of its last arguments the program gets
     * @param path of the program
     * @param name {@code argv[0]}
     * @throws HostCallException if the launcher has ended, goes another way, or does nothing
     */
    void execute(int mailbox, int number, int kept, byte[] path, byte[] name)
            throws HostCallException {
        isWaiting = false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = answer(arena, EXECUTE, sizeBytes(path, name), number);
            answer.set(JAVA_INT_UNALIGNED, 8, kept);
            MemorySegment.copy(path, 0, answer, JAVA_BYTE, TEXTS, path.length);
            MemorySegment.copy(name, 0, answer, JAVA_BYTE, TEXTS + path.length + 1L, name.length);
            PassedDescriptors.send(channel.descriptor(), answer, mailbox);
            awaitAnswer();
            if (channel.read(answer) != HostChannel.END) {
                throw new HostCallException("execve", 0, "the launcher could not execute it");
            }
        }
    }

    /**
     * A user may stop the launcher, and continue it later, as he may stop a program; a debugger
     * stops it, too.
     */
    private void awaitAnswer() throws HostCallException {
        int pid = pid();
        int leftMillis = patienceMillis;
        while (!channel.awaitReadable(LOOK_MILLIS)) {
            leftMillis -= StatFile.isHeld(pid) ? 0 : LOOK_MILLIS;
            if (leftMillis <= 0) {
                throw new HostCallException("execve", 0, "the launcher does not execute it");
            }
        }
    }

    /** Ends the launcher with a status. It may have ended. */
    void exit(int status) {
        isWaiting = false;
        try (Arena arena = Arena.ofConfined()) {
            channel.write(answer(arena, END, END_BYTES, status));
        } catch (HostCallException gone) {
            // its end is the user's
        }
    }

    private static MemorySegment answer(Arena arena, byte kind, int sizeBytes, int word) {
        MemorySegment answer = arena.allocate(sizeBytes, Long.BYTES);
        answer.set(JAVA_BYTE, 0, kind);
        answer.set(JAVA_SHORT_UNALIGNED, 2, (short) sizeBytes);
        answer.set(JAVA_INT_UNALIGNED, 4, word);
        return answer;
    }

    @Override
    public void close() {
        isWaiting = false;
        channel.close();
    }
}
