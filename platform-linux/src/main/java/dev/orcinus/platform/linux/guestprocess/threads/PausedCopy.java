package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_NONE;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.PausePage;
import dev.orcinus.platform.linux.guestprocess.mailbox.PausePages;
import dev.orcinus.platform.linux.guestprocess.mailbox.ProcessLife;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.spi.HostCallException;

/**
 * A copy of a guest process that waits to take its place. It is a child of the keeper, leads a
 * process group of its own, and waits in a page that the process itself cannot write to, so that
 * guest code does not reach it. One thread at a time may use it.
 */
public final class PausedCopy implements AutoCloseable {
    /** {@code CLONE_VM | CLONE_VFORK}, and no signal at the end. */
    static final int CLONE_FLAGS = 0x4100;

    /** The place of the call that makes the copy in its list. */
    private static final int CHECKPOINT = 2;

    private static final int OPEN = PROT_READ | PROT_WRITE;
    private static final int NO_DESCRIPTOR = -1;

    private final Mailbox mailbox;
    private final byte[] saved;
    private final PausePage page;
    private final NativeProcess process;
    private final Reaper reaper;
    private Runnable onUse = () -> {};
    private boolean isUsed;

    private PausedCopy(
            Mailbox mailbox, byte[] saved, PausePage page, NativeProcess process, Reaper reaper) {
        this.mailbox = mailbox;
        this.saved = saved;
        this.page = page;
        this.process = process;
        this.reaper = reaper;
    }

    static PausedCopy of(
            NativeThreads threads,
            Mailbox mailbox,
            LivingProcess original,
            int cloneFlags,
            int parent)
            throws HostCallException {
        HostCallException[] failure = new HostCallException[1];
        PausedCopy copy =
                threads.onMain(
                        main -> {
                            try {
                                return of(main, mailbox, original, cloneFlags, parent);
                            } catch (HostCallException e) {
                                failure[0] = e;
                                return null;
                            }
                        });
        if (copy == null) {
            throw failure[0];
        }
        return copy;
    }

    private static PausedCopy of(
            NativeThread main, Mailbox mailbox, LivingProcess original, int cloneFlags, int parent)
            throws HostCallException {
        PausePage page = mailbox.takePausePage();
        try {
            mapUnlessMapped(main, page);
            byte[] saved = mailbox.save();
            CallList calls = fork(main, page, original, cloneFlags, parent);
            if (calls.made() == CHECKPOINT) { // guest code has unmapped the page
                map(main, page.all());
                calls = fork(main, page, original, cloneFlags, parent);
            }
            NativeProcess process = take(copyOf(calls), original.reaper());
            return new PausedCopy(mailbox, saved, page, process, original.reaper());
        } catch (HostCallException e) {
            page.giveBack(); // no copy waits; if the guest has ended, one may, and keeps the page
            throw e;
        }
    }

    /**
     * Makes a copy with one request. The page is open in the copy, and closed in the original again
     * before that does anything else.
     */
    private static CallList fork(
            NativeThread main, PausePage page, LivingProcess original, int cloneFlags, int parent) {
        page.prepare();
        long there = page.address().value();
        long fork = main.address(Libc.FORK).value();
        long watch =
                original.execs()
                        .filter(ExecWatch::isIntact)
                        .map(execs -> (long) execs.descriptor())
                        .orElse((long) NO_DESCRIPTOR);
        CallList calls = new CallList();
        calls.add(main.address(Libc.FFLUSH), 0); // what is unwritten would be written twice
        calls.addOrStop(main.address(Libc.MPROTECT), there, PausePage.SIZE_BYTES, OPEN);
        calls.addOrStop(
                main.address(GuestProgram.CHECKPOINT), there, fork, cloneFlags, parent, watch);
        var _ = calls.runWithPending(main);
        close(main, page);
        return calls;
    }

    private static void close(NativeThread main, PausePage page) {
        long there = page.address().value();
        main.guest()
                .pending()
                .add(main.address(Libc.MPROTECT), there, PausePage.SIZE_BYTES, PROT_NONE);
    }

    /** Returns the process id of the copy that a list of calls has made. */
    private static int copyOf(CallList calls) throws HostCallException {
        int pid = calls.made() > CHECKPOINT ? (int) calls.result(CHECKPOINT) : -1;
        if (pid <= 0) {
            throw noCopy(pid == 0 ? LinuxErrno.EAGAIN : calls.errno());
        }
        return pid;
    }

    private static NativeProcess take(int pid, Reaper reaper) throws HostCallException {
        try {
            return NativeProcess.of(pid);
        } catch (HostCallException e) {
            NativeProcess known = new NativeProcess(pid, NO_DESCRIPTOR);
            known.kill();
            var _ = reaper.reap(known);
            throw e;
        }
    }

    private static HostCallException noCopy(int errno) {
        return new HostCallException(
                "fork of the guest",
                errno,
                Failure.text(errno)
                        + ": the system allows no copy of the process, so there is no checkpoint;"
                        + " more processes (ulimit -u) or memory (vm.overcommit_memory) would do");
    }

    /**
     * Does, on the guest's first thread, what the first copy would do otherwise: has the guest map
     * the pages in which copies wait.
     */
    static void prepare(NativeThreads threads, Mailbox mailbox) throws HostCallException {
        PausePage page = mailbox.takePausePage();
        HostCallException[] failure = new HostCallException[1];
        try {
            boolean _ = threads.onMain(main -> tryToMap(main, page, failure));
        } finally {
            page.giveBack();
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private static boolean tryToMap(
            NativeThread main, PausePage page, HostCallException[] failure) {
        try {
            mapUnlessMapped(main, page);
            return true;
        } catch (HostCallException e) {
            failure[0] = e;
            return false;
        }
    }

    private static void mapUnlessMapped(NativeThread main, PausePage page)
            throws HostCallException {
        if (page.all().address().isNull()) {
            map(main, page.all());
        }
    }

    /** Maps pages where guest code cannot use them. */
    private static void map(NativeThread main, PausePages pages) throws HostCallException {
        long fd = GuestDescriptor.openLow(main, pages.file(), O_RDWR);
        CallList map = new CallList();
        map.add(main.address(Libc.MMAP), 0, PausePages.SIZE_BYTES, PROT_NONE, MAP_SHARED, fd, 0);
        map.add(main.address(Libc.CLOSE), fd);
        map.run(main);
        long there = map.result(0);
        if (there == MAP_FAILED) {
            throw new HostCallException(
                    "mmap", 0, "the guest cannot map the page in which its copy waits");
        }
        pages.mappedAt(new ExecutorAddress(there));
    }

    NativeProcess process() {
        return process;
    }

    /** Sets what is run when it waits no longer: it goes on, or has ended. */
    void whenUsed(Runnable work) {
        onUse = work;
    }

    /** Makes the mailbox what it was when the copy was made. */
    void restoreMailbox() {
        mailbox.restore(saved);
    }

    /**
     * Lets the copy go on in the place of the original, on its first thread.
     *
     * @throws HostCallException if the copy has ended
     */
    void goOn(NativeThread main) throws HostCallException {
        isUsed = true;
        onUse.run();
        try {
            Slot slot = page.slot(new CopyLife(process));
            if (slot.await() != Slot.Message.RESULT) {
                throw new HostCallException("fork", 0, "the copy of the guest: it has ended");
            }
            mailbox.goesOnFrom(page);
            slot.resume(0, 0);
            main.awaitStart();
            close(main, page);
        } finally {
            page.giveBack();
        }
    }

    /** Ends the copy, if it has not taken the place of the original. */
    @Override
    public void close() {
        if (!isUsed) {
            isUsed = true;
            process.kill();
            process.forget();
            reaper.reapKilled(process, this::hasEnded);
        }
    }

    private void hasEnded() {
        page.giveBack();
        onUse.run();
    }

    /** The life of a copy that nobody watches while it waits. */
    private static final class CopyLife extends ProcessLife {
        private final NativeProcess process;

        CopyLife(NativeProcess process) {
            this.process = process;
        }

        @Override
        public boolean isOver() {
            return process.hasEnded();
        }
    }
}
