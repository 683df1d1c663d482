package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.GuestMark;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The process whose children are the guests of sessions. It runs no guest code and has one thread.
 * Guests are copies of it, all but the first with the runtimes of C and C++ loaded; processes that
 * lose their parent become its children; and the kernel kills it, and its children with it, when
 * this JVM ends. One serves all guests; its lock guards it.
 */
final class Keeper {
    private static final int PR_SET_NAME = 15;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final String NAME = "orcinus-keeper";
    private static final String NAME_OF_GUEST = "orcinus-guest";

    private static final int WNOHANG = 1;
    private static final int MOST_ATTEMPTS = 3;

    private static Keeper shared;

    /** The number of the last guest of this JVM. */
    private static final AtomicInteger GUESTS = new AtomicInteger();

    private final Processor processor;
    private final NativeGuest process;
    private final ProcessLibraries libraries;
    private final long mark;
    private final AtomicBoolean hasForked = new AtomicBoolean();
    private final Set<NativeGuest> guests = ConcurrentHashMap.newKeySet();

    /**
     * A keeper that has no guests yet.
     *
     * @param mark the address of the value of {@link GuestMark} in its environment, and in that of
     *     its copies
     */
    private Keeper(Processor processor, NativeGuest process, long mark) {
        this.processor = processor;
        this.process = process;
        this.libraries = new ProcessLibraries(process, false);
        this.mark = mark;
    }

    /**
     * Starts a guest, a child of this JVM's keeper. If that ends meanwhile, as somebody may kill
     * it, another one takes its place.
     */
    static NativeGuest startGuest(Processor processor) throws HostCallException {
        for (int attempt = 1; ; attempt++) {
            Keeper keeper = shared(processor);
            try {
                return keeper.fork();
            } catch (GuestGoneException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw new HostCallException(
                            "fork", 0, "the keeper of guests: " + e.getMessage());
                }
            } catch (HostCallException e) {
                if (attempt == MOST_ATTEMPTS || keeper.process.end().isEmpty()) {
                    throw e;
                }
            }
        }
    }

    /** Returns the keeper of this JVM, which is started if none lives. */
    private static synchronized Keeper shared(Processor processor) throws HostCallException {
        if (shared == null || shared.process.end().isPresent()) {
            shared = start(processor);
        }
        return shared;
    }

    private static Keeper start(Processor processor) throws HostCallException {
        Launcher program = Launcher.of(processor, ProgramShape.OF_SESSIONS);
        Mailbox mailbox = new Mailbox(processor, Unistd.getpid());
        NativeProcess launched = program.launch(List.of(NAME), mailbox.file(), true);
        NativeGuest process =
                new NativeGuest(processor, mailbox, launched, NativeProcess::reap, false);
        long mark = process.threads().on(Use.SERVICE, Keeper::prepare);
        return new Keeper(processor, process, mark);
    }

    /** Makes the keeper a subreaper; returns the address of the value of the guests' mark. */
    private static long prepare(NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            CallList calls = new CallList();
            calls.add(thread.address(Libc.GETENV), scratch.put(GuestMark.VARIABLE).value());
            calls.add(thread.address(Libc.PRCTL), PR_SET_NAME, scratch.put(NAME).value());
            calls.add(thread.address(Libc.PRCTL), PR_SET_CHILD_SUBREAPER, 1);
            calls.run(thread);
            return calls.result(0);
        }
    }

    /**
     * Starts a guest. The first one loads the runtimes itself, when it needs them, because a user
     * waits for it; all others find them loaded.
     *
     * @throws GuestGoneException if the keeper or the guest ends
     */
    private NativeGuest fork() throws HostCallException {
        Mailbox mailbox = new Mailbox(processor, process.pid());
        int pid;
        try {
            if (hasForked.getAndSet(true)) {
                process.threads().on(Use.SERVICE, _ -> libraries.process());
            }
            pid = process.threads().on(Use.SERVICE, thread -> fork(thread, mailbox));
        } catch (GuestGoneException e) {
            mailbox.close();
            throw e;
        }
        if (pid < 0) {
            mailbox.close();
            throw Failure.of("fork of a guest", -pid);
        }
        NativeProcess child = NativeProcess.of(pid);
        NativeGuest guest = process.ofFork(mailbox, child, this::reap);
        GuestMark own = GuestMark.of(Unistd.getpid(), GUESTS.incrementAndGet());
        guests.add(guest);
        guest.whenClosed(() -> bury(guest, own));
        try {
            guest.threads().on(Use.SERVICE, thread -> settle(thread, own));
        } catch (GuestGoneException e) {
            guest.close();
            throw e;
        }
        return guest;
    }

    /** Ends what a guest that has ended has left. */
    private void bury(NativeGuest guest, GuestMark of) {
        guests.remove(guest);
        new Strays(process.pid(), this::isGuest, this::reapNow).end(guest.pid(), of);
    }

    private boolean isGuest(int pid) {
        return guests.stream().anyMatch(guest -> guest.pid() == pid);
    }

    private int reapNow(int pid) {
        try {
            return process.threads()
                    .on(Use.SERVICE, thread -> (int) thread.call(Libc.WAITPID, pid, 0, WNOHANG));
        } catch (GuestGoneException | IllegalStateException gone) {
            return -1;
        }
    }

    /** Returns the process id of the new guest, or the negative error number. */
    private static int fork(NativeThread thread, Mailbox mailbox) {
        try (ThreadScratch scratch = thread.scratch()) {
            long path = scratch.put(mailbox.file().path()).value();
            int fd = (int) thread.call(Libc.OPEN, path, O_RDWR | O_CLOEXEC);
            if (fd < 0) {
                return -thread.errno();
            }
            long fork = thread.address(Libc.FORK).value();
            int pid = (int) thread.call(GuestProgram.FORK_GUEST, fork, fd, 0);
            int errno = thread.errno();
            thread.call(Libc.CLOSE, fd);
            return pid < 0 ? -errno : pid;
        }
    }

    /** Makes the guest the leader of a group, marks it, and takes the keeper's mailbox from it. */
    private boolean settle(NativeThread thread, GuestMark own) {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put(NAME_OF_GUEST).value();
            long value = scratch.put(own.value()).value();
            long mailbox = process.head().base().value();
            CallList calls = new CallList();
            calls.add(thread.address(Libc.PRCTL), PR_SET_NAME, name);
            calls.add(thread.address(Libc.SETPGID), 0, 0);
            calls.add(thread.address(Libc.MEMCPY), mark, value, own.value().length());
            calls.add(thread.address(Libc.MUNMAP), mailbox, MailboxLayout.SIZE_BYTES);
            return calls.run(thread);
        }
    }

    /** Returns the status of a child that has ended; negative if it is not known. */
    int reap(NativeProcess child) {
        try {
            return process.threads().on(Use.SERVICE, thread -> reap(thread, child.pid()));
        } catch (GuestGoneException | IllegalStateException gone) {
            return -1;
        }
    }

    private static int reap(NativeThread thread, int pid) {
        try (ThreadScratch scratch = thread.scratch()) {
            ExecutorAddress at = scratch.zeros(Long.BYTES);
            int reaped = (int) thread.call(Libc.WAITPID, pid, at.value(), 0);
            MemorySegment status = MemorySegment.ofArray(new long[1]);
            scratch.get(at, status);
            return reaped == pid ? status.get(JAVA_INT, 0) : -1;
        }
    }

    /** Returns its process id. */
    int pid() {
        return process.pid();
    }
}
