package dev.orcinus.platform.macos.channels;

import static dev.orcinus.bindings.macos.SysProcInfo.PROC_PIDFDSOCKETINFO;
import static dev.orcinus.bindings.macos.SysProcInfo.PROC_PIDLISTFDS;
import static dev.orcinus.bindings.macos.SysProcInfo.PROC_UID_ONLY;
import static dev.orcinus.bindings.macos.SysProcInfo.PROX_FDTYPE_SOCKET;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.macos.LibProc;
import dev.orcinus.bindings.macos.SysProcInfo.FdInfo;
import dev.orcinus.bindings.macos.SysProcInfo.SocketFdInfo;
import dev.orcinus.bindings.posix.Unistd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Finds out whether the other end of a TCP connection on this machine belongs to a process of our
 * user, by looking at the sockets of all of the user's processes. What processes of other users
 * have open is not shown to us, so the owner of a socket that is not ours stays unknown.
 */
final class TcpOwners {
    /** Room for what has been opened since the kernel was asked for the size. */
    private static final int SLACK_BYTES = 1024;

    private TcpOwners() {}

    /** Returns whether a process of our user has a socket from {@code peer} to {@code local}. */
    static boolean isOurs(InetSocketAddress peer, InetSocketAddress local) {
        try (Arena arena = Arena.ofConfined()) {
            int user = Unistd.getuid();
            int size = LibProc.proc_listpids(PROC_UID_ONLY, user, MemorySegment.NULL, 0);
            MemorySegment pids = arena.allocate(Math.max(0, size) + SLACK_BYTES, Integer.BYTES);
            int got = LibProc.proc_listpids(PROC_UID_ONLY, user, pids, (int) pids.byteSize());
            for (long at = 0; at + Integer.BYTES <= got; at += Integer.BYTES) {
                int pid = pids.get(JAVA_INT, at);
                if (pid != 0 && hasSocket(pid, peer, local)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean hasSocket(int pid, InetSocketAddress peer, InetSocketAddress local) {
        try (Arena arena = Arena.ofConfined()) {
            int size = LibProc.proc_pidinfo(pid, PROC_PIDLISTFDS, 0, MemorySegment.NULL, 0);
            MemorySegment open = arena.allocate(Math.max(0, size) + SLACK_BYTES, Integer.BYTES);
            int got = LibProc.proc_pidinfo(pid, PROC_PIDLISTFDS, 0, open, (int) open.byteSize());
            MemorySegment info = arena.allocate(SocketFdInfo.SIZEOF, Long.BYTES);
            for (long at = 0; at + FdInfo.SIZEOF <= got; at += FdInfo.SIZEOF) {
                if (open.get(JAVA_INT, at + FdInfo.PROC_FDTYPE) == PROX_FDTYPE_SOCKET
                        && describe(pid, open.get(JAVA_INT, at + FdInfo.PROC_FD), info)
                        && new TcpSocketInfo(info).connects(peer, local)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean describe(int pid, int descriptor, MemorySegment info) {
        int size = (int) SocketFdInfo.SIZEOF;
        return LibProc.proc_pidfdinfo(pid, descriptor, PROC_PIDFDSOCKETINFO, info, size) == size;
    }
}
