package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CrashObserver;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A running guest process: its mailbox, its threads and its end. A copy of the process may take its
 * place. Many threads may use it.
 */
public final class NativeGuest implements AutoCloseable {
    private final Processor processor;
    private final Mailbox mailbox;
    private final int parent;
    private final ExportedFunctions exports = new ExportedFunctions();
    private final GuestCopy memory;
    private final LibcAddresses addresses;
    private final PendingCalls pending = new PendingCalls(this::endsBecauseOf);
    private final CrashWatch watch;
    private final DescriptorLine descriptors = new DescriptorLine();
    private final Set<NativeProcess> copies = ConcurrentHashMap.newKeySet();
    private final Births births = new Births();
    private final NativeThreads threads;
    private final Set<Integer> pids = ConcurrentHashMap.newKeySet();
    private volatile LivingProcess process;
    private volatile Runnable endObserver = () -> {};
    private volatile Runnable beforeClose = () -> {};
    private volatile Runnable afterClose = () -> {};
    private volatile Consumer<NativeThread> takeOver = _ -> {};

    /**
     * Takes over a process that has just been started.
     *
     * @param reaper waits for its end and returns its status
     * @param isProgram whether a process one of whose threads has crashed ends by that signal, with
     *     a core file; else it is killed, and the group that it leads is killed with it
     * @throws HostCallException if it ends before it serves
     */
    public NativeGuest(
            Processor processor,
            Mailbox mailbox,
            NativeProcess started,
            Reaper reaper,
            boolean isProgram)
            throws HostCallException {
        this(
                processor,
                mailbox,
                new LivingProcess(started, reaper, isProgram),
                head -> new LibcAddresses(processor, head),
                0);
    }

    /**
     * Takes over a program's process that has just been started.
     *
     * @param reaper waits for its end and returns its status
     * @param predecessor the process whose place it takes, if libraries with which it has started
     *     may replace functions of the C library
     * @throws HostCallException if it ends before it serves
     */
    public static NativeGuest ofProgram(
            Processor processor,
            Mailbox mailbox,
            NativeProcess started,
            Reaper reaper,
            Optional<Predecessor> predecessor)
            throws HostCallException {
        return new NativeGuest(
                processor,
                mailbox,
                new LivingProcess(started, reaper, true),
                head ->
                        predecessor
                                .map(one -> one.inSuccessor(head, started.pid()))
                                .orElseGet(() -> new LibcAddresses(processor, head)),
                0);
    }

    /**
     * Returns the guest for a process that has just been forked off this one, whose functions are
     * in the same places.
     *
     * @param other its mailbox
     * @param reaper waits for its end and returns its status
     * @throws HostCallException if it ends before it serves
     */
    public NativeGuest ofFork(Mailbox other, NativeProcess forked, Reaper reaper)
            throws HostCallException {
        LivingProcess child = new LivingProcess(forked, reaper, false);
        return new NativeGuest(processor, other, child, addresses::inFork, pid());
    }

    private NativeGuest(
            Processor processor,
            Mailbox mailbox,
            LivingProcess first,
            Function<Mailbox.Head, LibcAddresses> known,
            int parent)
            throws HostCallException {
        this.processor = processor;
        this.mailbox = mailbox;
        this.parent = parent;
        process = first;
        pids.add(first.pid());
        watch = new CrashWatch(processor);
        memory = new GuestCopy(this::pid, this::threads);
        try {
            watchEnd(first);
            mailbox.slot(MailboxLayout.MAIN, first.life()).await();
            Mailbox.Head head = mailbox.readHead();
            addresses = known.apply(head);
            GuestLife guest = life(first);
            NativeThread main = new NativeThread(guest, MailboxLayout.MAIN);
            if (parent == 0) {
                addresses.find(main);
                CrashHandlers.install(main, addresses.of(GuestProgram.HANDLER));
            } else {
                first.watchPrograms(main);
            }
            threads = new NativeThreads(guest, main, first.isProgram());
        } catch (GuestGoneException e) {
            close();
            throw new HostCallException("posix_spawn", 0, "the guest process: " + e.getMessage());
        } catch (HostCallException | RuntimeException | Error e) {
            first.kill(); // nobody else knows it
            throw e;
        }
    }

    /** Returns what is known of the process, for another one; empty if the system hides it. */
    public Optional<Predecessor> asPredecessor() {
        try {
            MemoryMaps maps = MemoryMaps.of(Integer.toString(pid()));
            return Optional.of(new Predecessor(addresses, maps));
        } catch (UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    private void watchEnd(LivingProcess of) throws HostCallException {
        of.watch(() -> mailbox.announceEnd(of.life()), () -> endObserver.run());
    }

    private GuestLife life(LivingProcess of) {
        return new GuestLife(
                of.pid(),
                mailbox,
                of.life(),
                addresses,
                exports,
                memory,
                pending,
                watch,
                of::endCrashed,
                descriptors);
    }

    /**
     * Lets descriptors come to the process by a line of their own from now on, because its code
     * will be restricted; it has a parent with which it ends.
     *
     * @param main its first thread
     */
    public void openDescriptorLine(NativeThread main) throws HostCallException {
        descriptors.open(main, process.pidfd());
        mailbox.hideHost();
    }

    /** Returns whether descriptors come to it by a line, because it may not open paths of ours. */
    public boolean hasDescriptorLine() {
        return descriptors.isOpen();
    }

    /** Returns where its copies are made. */
    public Births births() {
        return births;
    }

    /** Returns the process ids of its copies that wait, or have been killed and not reaped. */
    public Set<Integer> waitingCopies() {
        return copies.stream().map(NativeProcess::pid).collect(Collectors.toSet());
    }

    /**
     * Makes a copy of the process, which waits. The calling thread, if it is prepared, must have
     * the guest's first thread; no call of guest code may be in progress on that.
     */
    public PausedCopy copy() throws HostCallException {
        return copy(PausedCopy.CLONE_FLAGS);
    }

    /**
     * Makes a copy as {@link #copy()} does.
     *
     * @param cloneFlags the flags of {@code clone(2)} for the helper that forks the copy, which
     *     emulators restrict
     */
    public PausedCopy copy(int cloneFlags) throws HostCallException {
        LivingProcess original = process;
        if (original.isProgram()) {
            throw new UnsupportedOperationException("a program has no checkpoints");
        }
        births.begin();
        try {
            PausedCopy copy = PausedCopy.of(threads, mailbox, original, cloneFlags, parent);
            copies.add(copy.process());
            copy.whenUsed(() -> copies.remove(copy.process()));
            return copy;
        } finally {
            births.end();
        }
    }

    /**
     * Has the guest map what its first copy needs, before that is made; the calling thread must
     * have the guest's first thread.
     */
    public void prepareCopies() throws HostCallException {
        PausedCopy.prepare(threads, mailbox);
    }

    /**
     * Ends the process if it runs, and lets a copy go on in its place.
     *
     * @throws HostCallException if the copy has ended, too
     * @throws IllegalStateException if the guest has been closed; then the copy does not go on
     */
    public void replaceBy(PausedCopy copy) throws HostCallException {
        mailbox.requireOpen();
        process.kill(new GuestEnd.Lost("an earlier state of it goes on"));
        process.awaitEnd();
        LivingProcess next = new LivingProcess(copy.process(), process.reaper(), false);
        copy.restoreMailbox();
        watchEnd(next);
        pending.clear();
        process = next;
        pids.add(next.pid());
        GuestLife guest = life(next);
        NativeThread main = new NativeThread(guest, MailboxLayout.MAIN);
        try {
            copy.goOn(main);
            next.watchPrograms(main);
            takeOver.accept(main);
        } catch (GuestGoneException e) {
            throw new HostCallException("fork", 0, "the copy of the guest: " + e.getMessage());
        } catch (HostCallException | IllegalStateException e) {
            next.kill();
            next.awaitEnd();
            throw e;
        } finally {
            threads.startAgain(guest, main);
        }
    }

    /** Returns its process with a descriptor of its own, if it has not ended. */
    public NativeProcess sameProcess() throws HostCallException {
        return process.again();
    }

    /** Returns whether its process has ended, even if nobody has been told so far. */
    public boolean hasEnded() {
        return hasEnded(Duration.ZERO);
    }

    /** Returns whether its process ends within a time, even if nobody has been told so far. */
    public boolean hasEnded(Duration limit) {
        return process.hasEnded(limit);
    }

    /**
     * Lets a process that serves before the initializers of its libraries go on, to where it serves
     * in its main.
     *
     * @throws HostCallException if it ends before
     */
    public void enterMain() throws HostCallException {
        try {
            threads.onMain(
                    thread -> {
                        thread.leave();
                        thread.awaitStart();
                        return null;
                    });
        } catch (GuestGoneException e) {
            throw new HostCallException("posix_spawn", 0, "the guest process: " + e.getMessage());
        }
    }

    /** Lets the process execute a file, and forgets it. No thread may use its first thread. */
    public void execute(String path) throws HostCallException {
        threads.onMain(
                thread -> {
                    thread.execute(path);
                    return null;
                });
        process.life().endsAs(new GuestEnd.Lost("it executes another program"));
    }

    /** Returns the processor that it runs on. */
    public Processor processor() {
        return processor;
    }

    /** Returns its threads. */
    public NativeThreads threads() {
        return threads;
    }

    /** Returns the Java functions that it can call. */
    public ExportedFunctions exports() {
        return exports;
    }

    private GuestGoneException endsBecauseOf(int errno) {
        GuestEnd reason =
                new GuestEnd.Lost("its memory cannot be protected: " + Failure.text(errno));
        LivingProcess ending = process;
        ending.kill(reason);
        return new GuestGoneException(ending.life().awaitEnd());
    }

    /** Makes the pending calls now, if there are any; not for who is told of a crash. */
    public void makePendingCalls() {
        if (pending.hasWork() && !watch.isObserving()) {
            threads.on(Use.NOTED_SERVICE, new CallList()::runWithPending);
        }
    }

    /** Returns the calls that are made when it is asked for something else. */
    public PendingCalls pending() {
        return pending;
    }

    /** Returns copies from and to its memory. */
    public GuestCopy memory() {
        return memory;
    }

    /** Returns the address of a part of its program. */
    public ExecutorAddress address(GuestProgram part) {
        return addresses.of(part);
    }

    /** Returns the address of a function of its C library. */
    public ExecutorAddress address(Libc function) {
        return addresses.of(function);
    }

    /** Returns what it said of itself when it started. */
    public Mailbox.Head head() {
        return addresses.head();
    }

    /** Returns the code of its program. */
    public AddressRange ownCode() {
        return AddressRange.of(head().code(), GuestProgram.sizeBytes(processor));
    }

    /** Sets who is told of a crash before the process ends. */
    public void onCrash(CrashObserver observer) {
        watch.set(observer);
    }

    /** Sets what is run after each end of its process, on a thread of its own. */
    public void onEnd(Runnable observer) {
        endObserver = observer;
    }

    /** Sets what is done with the first thread of a copy that has taken its place. */
    public void whenReplaced(Consumer<NativeThread> work) {
        takeOver = work;
    }

    /** Sets what is run before it is closed. */
    public void whenClosing(Runnable work) {
        beforeClose = work;
    }

    /** Sets what is run when it has been closed. */
    public void whenClosed(Runnable work) {
        afterClose = work;
    }

    /** Returns its process id. */
    public int pid() {
        return process.pid();
    }

    /** Returns the process ids of all processes that it has been. */
    public Set<Integer> pids() {
        return pids;
    }

    /** Returns how it has ended, if it has. */
    public Optional<GuestEnd> end() {
        return process.life().end();
    }

    /**
     * Ends it.
     *
     * @param reason what its end is then taken for
     */
    public void kill(GuestEnd reason) {
        process.kill(reason);
    }

    /** Waits for its end. */
    public GuestEnd awaitEnd() {
        return process.life().awaitEnd();
    }

    /** Ends it if it runs, and gives the memory back that is shared with it. */
    @Override
    public void close() {
        beforeClose.run();
        kill(new GuestEnd.Lost("it has been closed"));
        process.awaitEnd();
        if (threads != null) {
            threads.announceEnd();
        }
        mailbox.close();
        kill(new GuestEnd.Lost("it has been closed")); // a copy may have taken its place meanwhile
        descriptors.close();
        afterClose.run();
    }
}
