package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.PausePage;
import dev.orcinus.platform.linux.guestprocess.mailbox.ProcessLife;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.spi.HostCallException;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * A copy of a guest process that waits to take its place. It is a child of the keeper, leads a
 * process group of its own, and waits in a page that the process itself does not map any more, so
 * that guest code does not reach it. One thread at a time may use it.
 */
public final class PausedCopy implements AutoCloseable {
    /** {@code CLONE_VM | CLONE_VFORK}, and no signal at the end. */
    static final int CLONE_FLAGS = 0x4100;

    private final Mailbox mailbox;
    private final byte[] saved;
    private final PausePage page;
    private final Slot slot;
    private final NativeProcess process;
    private final ToIntFunction<NativeProcess> reaper;
    private Runnable onUse = () -> {};
    private boolean isUsed;

    private PausedCopy(
            Mailbox mailbox,
            byte[] saved,
            PausePage page,
            Slot slot,
            NativeProcess process,
            ToIntFunction<NativeProcess> reaper) {
        this.mailbox = mailbox;
        this.saved = saved;
        this.page = page;
        this.slot = slot;
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
        PausePage page = mailbox.newPausePage();
        PausedCopy copy;
        try {
            ExecutorAddress there = new ExecutorAddress(map(main, page));
            page.slot(there, main.guest().life()).expectGuest();
            byte[] saved = mailbox.save();
            NativeProcess process = fork(main, there, cloneFlags, parent);
            Slot slot = page.slot(there, new CopyLife(process));
            copy = new PausedCopy(mailbox, saved, page, slot, process, original.reaper());
        } catch (HostCallException | RuntimeException e) {
            page.close();
            throw e;
        }
        try {
            copy.settle(main, original);
            return copy;
        } catch (HostCallException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    private static NativeProcess fork(
            NativeThread main, ExecutorAddress page, int cloneFlags, int parent)
            throws HostCallException {
        long fork = main.address(Libc.FORK).value();
        long copy = main.call(GuestProgram.CHECKPOINT, page.value(), fork, cloneFlags, parent);
        int pid = (int) copy;
        int errno = main.errno();
        if (pid <= 0) {
            main.call(Libc.MUNMAP, page.value(), PausePage.SIZE_BYTES);
            throw noCopy(pid == 0 ? LinuxErrno.EAGAIN : errno);
        }
        return NativeProcess.of(pid);
    }

    /** Takes what is the original's from the copy, and the page of the copy from the original. */
    private void settle(NativeThread main, LivingProcess original) throws HostCallException {
        awaitResult();
        ExecutorAddress there = slot.address();
        main.guest().pending().add(main.address(Libc.MUNMAP), there.value(), PausePage.SIZE_BYTES);
        CallList calls = new CallList();
        calls.add(main.address(Libc.SETPGID), 0, 0);
        Optional<ExecWatch> ofOriginal = original.execs().filter(ExecWatch::isIntact);
        if (ofOriginal.isPresent()) {
            calls.add(main.address(Libc.CLOSE), ofOriginal.get().descriptor());
        }
        long list = page.putList(there, calls.words()).value();
        slot.call(main.guest().addresses().of(GuestProgram.LIST), list, calls.size(), 0, 0, 0, 0);
        awaitResult();
    }

    private static HostCallException noCopy(int errno) {
        return new HostCallException(
                "fork of the guest",
                errno,
                Failure.text(errno)
                        + ": the system allows no copy of the process, so there is no checkpoint;"
                        + " more processes (ulimit -u) or memory (vm.overcommit_memory) would do");
    }

    private static long map(NativeThread main, PausePage page) throws HostCallException {
        long fd = open(main, page);
        int access = PROT_READ | PROT_WRITE;
        long size = PausePage.SIZE_BYTES;
        CallList map = new CallList();
        map.add(main.address(Libc.MMAP), 0, size, access, MAP_SHARED, fd, 0);
        map.add(main.address(Libc.CLOSE), fd);
        map.run(main);
        long there = map.result(0);
        if (there == MAP_FAILED) {
            throw new HostCallException(
                    "mmap", 0, "the guest cannot map the page in which its copy waits");
        }
        return there;
    }

    /** Opens the page in the guest, and flushes what would be written twice. */
    private static int open(NativeThread main, PausePage page) throws HostCallException {
        CallList calls = new CallList();
        calls.add(main.address(Libc.FFLUSH), 0);
        if (main.guest().descriptors().isOpen()) {
            calls.runWithPending(main);
            return GuestDescriptor.openLow(main, page.file(), O_RDWR);
        }
        try (ThreadScratch scratch = main.scratch()) {
            long path = scratch.put(page.file().path()).value();
            calls.addOrStop(main.address(Libc.OPEN), path, O_RDWR | O_CLOEXEC);
            if (!calls.runWithPending(main)) {
                throw Failure.of("open(a pause page) in the guest", calls.errno());
            }
            return (int) calls.result(1);
        }
    }

    /** Makes a call in the copy, whose functions are where those of the original are. */
    private void awaitResult() throws HostCallException {
        if (slot.await() != Slot.Message.RESULT) {
            throw new HostCallException("fork of the guest", 0, "the copy of the guest has ended");
        }
    }

    NativeProcess process() {
        return process;
    }

    /** Sets what is run when it waits no longer. */
    void whenUsed(Runnable work) {
        onUse = work;
    }

    /** Makes the mailbox what it was when the copy was made. */
    void restoreMailbox() {
        mailbox.restore(saved);
    }

    /** Lets the copy go on in the place of the original, on its first thread. */
    void goOn(NativeThread main) {
        isUsed = true;
        onUse.run();
        try {
            slot.resume(0, 0);
            main.awaitStart();
            main.call(Libc.MUNMAP, slot.address().value(), PausePage.SIZE_BYTES);
        } finally {
            page.close();
        }
    }

    /** Ends the copy, if it has not taken the place of the original. */
    @Override
    public void close() {
        if (!isUsed) {
            isUsed = true;
            onUse.run();
            process.kill();
            var _ = reaper.applyAsInt(process);
            process.forget();
            mailbox.giveBack(page);
        }
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
