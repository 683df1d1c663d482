package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.Signal.SIGKILL;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.GuestMark;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.policy.KernelParts;
import dev.orcinus.platform.linux.guestprocess.policy.PolicyCalls;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.Births;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.Reaper;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The process whose children are the guests of sessions. It runs no guest code and has one thread.
 * Guests are copies of it, all but the first with the runtimes of C and C++ loaded; processes that
 * lose their parent become its children; and the kernel kills its children when it ends. One, which
 * this JVM has started and which ends with it, serves all guests, except those of sessions that
 * were started by launchers ({@link LauncherSession}); the lock of the class guards it.
 */
final class Keeper implements Reaper {
    private static final int PR_SET_NAME = 15;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int PR_SET_PTRACER = 0x59616d61;
    private static final String NAME = "orcinus-keeper";
    private static final String NAME_OF_GUEST = "orcinus-guest";

    private static final int WNOHANG = 1;
    private static final int MOST_ATTEMPTS = 3;
    private static final int MOST_KILLED = 4;

    /** How long the end of a child that has been killed is waited for. */
    private static final Duration REAP_LIMIT = Duration.ofSeconds(1);

    private static final long CHECK_NANOS = 2_000_000;
    private static final int NOT_YET = -2;

    private static Keeper shared;

    /** The number of the last guest of this JVM. */
    private static final AtomicInteger GUESTS = new AtomicInteger();

    private final Processor processor;
    private final NativeGuest process;
    private final ProcessLibraries libraries;
    private final long mark;
    private final boolean isChild;

    /** The children of a keeper that somebody else has started, from the time before it was one. */
    private final Set<Integer> others;

    private final AtomicBoolean hasForked = new AtomicBoolean();
    private final Map<NativeGuest, Kept> guests = new ConcurrentHashMap<>();
    private final Births births = new Births();
    private final Strays strays;
    private final Unmarked unmarked;

    /** Whether guests have a policy, under which nothing may run that cannot be counted. */
    private volatile boolean hasPolicy;

    /** Children that have ended, but whose tracers have not looked. */
    private final Set<Integer> traced = ConcurrentHashMap.newKeySet();

    /** Children that have been killed and not reaped; its own lock guards it. */
    private final List<Killed> killed = new ArrayList<>();

    /**
     * A guest that runs.
     *
     * @param mark what is in the environment of the processes that it starts
     * @param startTicks when it was started, as {@link ProcessState} counts
     */
    private record Kept(GuestMark mark, long startTicks) {}

    /**
     * A child that has been killed.
     *
     * @param then is run when it has been reaped
     */
    private record Killed(int pid, Runnable then) {}

    /**
     * A keeper that has no guests yet.
     *
     * @param mark the address of the value of {@link GuestMark} in its environment, and in that of
     *     its copies
     * @param isChild whether this process has started it
     * @param others its children
     */
    private Keeper(
            Processor processor,
            NativeGuest process,
            long mark,
            boolean isChild,
            Set<Integer> others) {
        this.processor = processor;
        this.process = process;
        this.isChild = isChild;
        this.others = others;
        this.libraries = new ProcessLibraries(process, false);
        this.mark = mark;
        this.strays = new Strays(process.pid(), this::known, this::reapNow);
        this.unmarked = new Unmarked(process.pid(), this::allBirths, this::known, this::reapNow);
    }

    /**
     * Starts a guest, a child of this JVM's keeper. If that ends meanwhile, as somebody may kill
     * it, another one takes its place.
     */
    static KeptGuest startGuest(Processor processor, GuestPolicy policy) throws HostCallException {
        for (int attempt = 1; ; attempt++) {
            Keeper keeper = shared(processor);
            try {
                return keeper.startGuest(policy);
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
        return new Keeper(processor, process, mark, true, Set.of());
    }

    /**
     * Returns the keeper that a process has become which somebody else has started.
     *
     * @param preparation what it has done for that
     */
    static Keeper of(Processor processor, NativeGuest process, KeeperPreparation preparation) {
        Set<Integer> others = preparation.before().children();
        return new Keeper(processor, process, preparation.mark(), false, others);
    }

    private static long prepare(NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            CallList calls = new CallList();
            addPreparation(calls, thread, scratch);
            calls.run(thread);
            return calls.result(0);
        }
    }

    /**
     * Adds the calls by which a process becomes a subreaper. The first one returns the address of
     * the value of the guests' mark.
     */
    static void addPreparation(CallList calls, NativeThread thread, ThreadScratch scratch) {
        calls.add(thread.address(Libc.GETENV), scratch.put(GuestMark.VARIABLE).value());
        calls.add(thread.address(Libc.PRCTL), PR_SET_NAME, scratch.put(NAME).value());
        calls.add(thread.address(Libc.PRCTL), PR_SET_CHILD_SUBREAPER, 1);
    }

    /** Lets this process read the memory of one that is no descendant of it. */
    private static void allowReading(NativeThread thread) {
        thread.call(Libc.PRCTL, PR_SET_PTRACER, Unistd.getpid());
    }

    /**
     * Starts a guest. The first one loads the runtimes itself, when it needs them, because a user
     * waits for it; all others find them loaded, and so does one that may not read all files.
     *
     * @throws GuestGoneException if the keeper or the guest ends
     */
    KeptGuest startGuest(GuestPolicy policy) throws HostCallException {
        return startGuest(policy, InheritedSignals.NONE);
    }

    /**
     * Starts a guest.
     *
     * @param restored the signals that it does not ignore as this process does
     * @throws GuestGoneException if the keeper or the guest ends
     */
    KeptGuest startGuest(GuestPolicy policy, InheritedSignals restored) throws HostCallException {
        GuestMark own = GuestMark.of(Unistd.getpid(), GUESTS.incrementAndGet());
        if (!policy.isNone()) {
            hasPolicy = true;
        }
        ExecutorAddress libraries = librariesForNext(policy);
        NativeGuest guest;
        births.begin();
        try {
            guest = forkUnsettled();
            guests.put(guest, new Kept(own, ProcessState.of(guest.pid()).startTicks()));
        } finally {
            births.end();
        }
        if (isChild) {
            guest.whenClosed(() -> bury(guest, own));
        } else {
            KeeperLimit limit = new KeeperLimit(process);
            guest.whenClosing(limit::begin);
            guest.whenClosed(
                    () -> {
                        bury(guest, own);
                        limit.end();
                    });
            guest.whenReplaced(Keeper::allowReading);
        }
        ExecutorAddress all;
        try {
            all = guest.threads().on(Use.SERVICE, thread -> settle(thread, own, restored));
            restrict(guest, policy);
        } catch (GuestGoneException | HostCallException e) {
            guest.close();
            throw e;
        }
        return new KeptGuest(guest, usage(guest, own), all, !libraries.isNull());
    }

    /**
     * Opens the libraries in the keeper, unless they are open or the next guest is the first and
     * has no policy. Returns the handle under which that guest has them open; else null.
     */
    private ExecutorAddress librariesForNext(GuestPolicy policy) {
        return hasForked.getAndSet(true) || !policy.isNone()
                ? process.threads().on(Use.SERVICE, _ -> libraries.process())
                : ExecutorAddress.NULL;
    }

    private NativeGuest forkUnsettled() throws HostCallException {
        Mailbox mailbox = new Mailbox(processor, process.pid());
        int pid;
        try {
            pid = process.threads().on(Use.SERVICE, thread -> fork(thread, mailbox));
        } catch (GuestGoneException e) {
            mailbox.close();
            throw e;
        }
        if (pid < 0) {
            mailbox.close();
            throw Failure.of("fork of a guest", -pid);
        }
        return process.ofFork(mailbox, NativeProcess.of(pid), this);
    }

    /**
     * Applies a policy to a guest, which has one thread and has loaded no code but libraries of the
     * system.
     */
    private void restrict(NativeGuest guest, GuestPolicy policy) throws HostCallException {
        if (policy.isNone()) {
            return;
        }
        KernelParts kernel = KernelParts.ofThisSystem(processor);
        HostCallException failure =
                guest.threads()
                        .on(Use.SERVICE, thread -> tryToRestrict(guest, thread, policy, kernel));
        if (failure != null) {
            throw failure;
        }
    }

    /** Returns what has failed; else null. */
    private HostCallException tryToRestrict(
            NativeGuest guest, NativeThread thread, GuestPolicy policy, KernelParts kernel) {
        try {
            openDescriptorLine(guest, thread, kernel);
            PolicyCalls.apply(policy, kernel, processor, thread);
            return null;
        } catch (HostCallException e) {
            return e;
        }
    }

    /**
     * With Landlock, a guest can open no file of ours by its path; without, it can if we have no
     * capabilities that it gives up. Kernels without the call for the line have no Landlock.
     */
    private static void openDescriptorLine(
            NativeGuest guest, NativeThread thread, KernelParts kernel) throws HostCallException {
        try {
            guest.openDescriptorLine(thread);
        } catch (HostCallException e) {
            if (kernel.landlock() > 0) {
                throw e;
            }
        }
    }

    private ProcessUsage usage(NativeGuest guest, GuestMark own) {
        return new ProcessUsage(
                guest::pid, guest::waitingCopies, () -> orphans(own), guest.births());
    }

    private List<Integer> orphans(GuestMark own) {
        if (hasPolicy) {
            var _ = unmarked.end(_ -> true);
        }
        return strays.of(own);
    }

    /**
     * A guest of the keeper's.
     *
     * @param usage adds up what it takes
     * @param libraries the handle of all libraries
     * @param hasRuntimes whether it has the runtimes of C and C++ open
     */
    record KeptGuest(
            NativeGuest guest,
            ProcessUsage usage,
            ExecutorAddress libraries,
            boolean hasRuntimes) {}

    /**
     * Ends what a guest that has ended has left. Where somebody else has started the keeper, an
     * orphan without the mark may be of his, not of the guest.
     */
    private void bury(NativeGuest guest, GuestMark of) {
        guests.remove(guest);
        List<Killed> due;
        synchronized (killed) {
            due = takeKilled();
        }
        reapAll(due);
        if (!isChild && process.hasEnded()) {
            return; // its number may be another process's
        }
        strays.end(guest.pids(), of);
        if (isChild) {
            unmarked.endAll(hasPolicy ? _ -> true : this::isOlderThanAll);
        }
    }

    /**
     * Returns whether no guest that runs can have started a process, because all have begun after
     * it, or have run no code of a user so far, as those that wait for a session.
     */
    private boolean isOlderThanAll(int pid) {
        long startTicks = ProcessState.of(pid).startTicks();
        return startTicks >= 0
                && guests.entrySet().stream()
                        .allMatch(
                                guest ->
                                        hasBegunAfter(
                                                guest.getKey(), guest.getValue(), startTicks));
    }

    private static boolean hasBegunAfter(NativeGuest guest, Kept kept, long ticks) {
        return kept.startTicks() > ticks || guest.threads().firstCode().isAfter(ticks);
    }

    private List<Births> allBirths() {
        List<Births> all = new ArrayList<>(List.of(births));
        guests.keySet().forEach(guest -> all.add(guest.births()));
        return all;
    }

    private KnownProcesses known() {
        Map<NativeGuest, GuestMark> marks = new HashMap<>();
        guests.forEach((guest, kept) -> marks.put(guest, kept.mark()));
        return KnownProcesses.of(marks, others);
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
    private int fork(NativeThread thread, Mailbox mailbox) {
        try (ThreadScratch scratch = thread.scratch()) {
            long path = scratch.put(mailbox.file().path()).value();
            int fd = (int) thread.call(Libc.OPEN, path, O_RDWR | O_CLOEXEC);
            if (fd < 0) {
                return -thread.errno();
            }
            long fork = thread.address(Libc.FORK).value();
            int pid = (int) thread.call(GuestProgram.FORK_GUEST, fork, fd, 0);
            int errno = thread.errno();
            process.pending().add(thread.address(Libc.CLOSE), fd);
            return pid < 0 ? -errno : pid;
        }
    }

    /**
     * Makes the guest the leader of a group, marks it, and takes the keeper's mailbox from it.
     * Returns the handle of all its libraries.
     */
    private ExecutorAddress settle(NativeThread thread, GuestMark own, InheritedSignals restored) {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put(NAME_OF_GUEST).value();
            long value = scratch.put(own.value()).value();
            long mailbox = process.head().base().value();
            CallList calls = new CallList();
            calls.add(thread.address(Libc.DLOPEN), 0, RTLD_NOW);
            calls.add(thread.address(Libc.PRCTL), PR_SET_NAME, name);
            calls.add(thread.address(Libc.SETPGID), 0, 0);
            calls.add(thread.address(Libc.MEMCPY), mark, value, own.value().length());
            calls.add(thread.address(Libc.MUNMAP), mailbox, MailboxLayout.SIZE_BYTES);
            if (!isChild) {
                calls.add(thread.address(Libc.PRCTL), PR_SET_PTRACER, Unistd.getpid());
            }
            restored.addRestoring(calls, thread, scratch);
            calls.run(thread);
            return new ExecutorAddress(calls.result(0));
        }
    }

    /**
     * {@inheritDoc} The keeper itself never waits: a child that is traced is not told to it before
     * its tracer has looked.
     */
    @Override
    public int reap(NativeProcess child) {
        traced.removeIf(pid -> reapNow(pid) != 0);
        try {
            child.awaitEnd(REAP_LIMIT);
            long deadline = System.nanoTime() + REAP_LIMIT.toNanos();
            int status = tryToReap(child.pid());
            while (status == NOT_YET && System.nanoTime() < deadline) {
                LockSupport.parkNanos(CHECK_NANOS);
                status = tryToReap(child.pid());
            }
            if (status == NOT_YET) {
                traced.add(child.pid());
            }
            return Math.max(-1, status);
        } catch (GuestGoneException | IllegalStateException gone) {
            return -1;
        }
    }

    /** {@inheritDoc} The kernel kills the guests with the keeper, which nobody of ours ends. */
    @Override
    public GuestEnd end(int status) {
        if (status >= 0 || !process.hasEnded()) {
            return NativeProcess.end(status);
        }
        long deadline = System.nanoTime() + REAP_LIMIT.toNanos();
        while (process.end().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(CHECK_NANOS); // another thread asks for its status
        }
        return lostWith(process.end());
    }

    /**
     * Returns the end of guests whose keeper has ended.
     *
     * @param keeper how it has ended, as far as that is known
     */
    static GuestEnd lostWith(Optional<GuestEnd> keeper) {
        String how =
                switch (keeper.orElse(null)) {
                    case GuestEnd.Crashed(int signal, _) when signal == SIGKILL ->
                            "has been killed";
                    case GuestEnd.Crashed crashed -> crashed.describe();
                    case GuestEnd.Exited exited -> exited.describe();
                    case null, default -> "has ended";
                };
        return new GuestEnd.Lost("its parent, the keeper of guests, " + how);
    }

    private int tryToReap(int pid) {
        return process.threads().on(Use.SERVICE, thread -> reap(thread, pid));
    }

    /** {@inheritDoc} To reap one takes a wake-up of the keeper, so some are reaped together. */
    @Override
    public void reapKilled(NativeProcess child, Runnable then) {
        List<Killed> due;
        synchronized (killed) {
            killed.add(new Killed(child.pid(), then));
            due = killed.size() < MOST_KILLED ? List.of() : takeKilled();
        }
        reapAll(due);
    }

    private List<Killed> takeKilled() {
        List<Killed> all = List.copyOf(killed);
        killed.clear();
        return all;
    }

    /** Reaps those that have ended; the others are reaped with the next ones. */
    private void reapAll(List<Killed> due) {
        if (due.isEmpty()) {
            return;
        }
        CallList calls = new CallList();
        for (Killed child : due) {
            calls.add(process.address(Libc.WAITPID), child.pid, 0, WNOHANG);
        }
        try {
            process.threads().on(Use.SERVICE, calls::run);
        } catch (GuestGoneException | IllegalStateException gone) {
            due.forEach(child -> child.then.run()); // its children are gone with it
            return;
        }
        for (int i = 0; i < due.size(); i++) {
            if ((int) calls.result(i) == 0) {
                synchronized (killed) {
                    killed.add(due.get(i));
                }
            } else {
                due.get(i).then.run();
            }
        }
    }

    private static int reap(NativeThread thread, int pid) {
        try (ThreadScratch scratch = thread.scratch()) {
            ExecutorAddress at = scratch.zeros(Long.BYTES);
            int reaped = (int) thread.call(Libc.WAITPID, pid, at.value(), WNOHANG);
            MemorySegment status = MemorySegment.ofArray(new long[1]);
            scratch.get(at, status);
            if (reaped == 0) {
                return NOT_YET;
            }
            return reaped == pid ? status.get(JAVA_INT, 0) : -1;
        }
    }

    /** Returns its process id. */
    int pid() {
        return process.pid();
    }
}
