package dev.orcinus.platform.linux.guestprocess.mailbox;

import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory that a guest process shares with this one. What the guest says of itself in the head
 * is read once ({@link #readHead}), because guest code may overwrite it. Many threads may use it;
 * after {@link #close}, whoever uses it sees that the guest has ended, or gets an {@link
 * IllegalStateException}. No copy of the guest can go on with it then.
 */
public final class Mailbox implements AutoCloseable {
    /** The name of its file, which {@code /proc} shows where it is mapped. */
    public static final String FILE = "orcinus-mailbox";

    private static final VarHandle WORD = JAVA_INT.varHandle();
    private static final long ROUND_NANOS = 1_000_000_000;

    /** For a guest that does not end with its parent. */
    private static final long SHORT_PATIENCE_SECONDS = 1;

    private static final long LONG_PATIENCE_SECONDS = 1 << 30;

    private final SharedFile file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Futex futex;

    /** Its lock guards {@link #isClosed}, too. */
    private final List<PausePages> pauses = new ArrayList<>();

    private boolean isClosed;
    private volatile Head head;

    /**
     * What a guest says of itself when it starts.
     *
     * @param base the address of the mailbox in the guest
     * @param dlsym the address of {@code dlsym}
     * @param code the address of the first instruction of its program
     * @param argumentCount {@code argc}
     * @param arguments {@code argv}
     */
    public record Head(
            ExecutorAddress base,
            ExecutorAddress dlsym,
            ExecutorAddress code,
            long argumentCount,
            ExecutorAddress arguments) {
        /** Returns this with another {@code dlsym}. */
        public Head withDlsym(ExecutorAddress other) {
            return new Head(base, other, code, argumentCount, arguments);
        }
    }

    /**
     * Makes a mailbox.
     *
     * @param parent the process id of the parent with which the guest ends; 0 if there is none
     */
    public Mailbox(Processor processor, int parent) throws HostCallException {
        file = SharedFile.create(FILE, MailboxLayout.SIZE_BYTES);
        memory = map(file, MailboxLayout.SIZE_BYTES, arena);
        futex = new Futex(processor);
        memory.set(JAVA_INT, MailboxLayout.PARENT, parent);
        memory.set(JAVA_INT, MailboxLayout.HOST, Unistd.getpid());
        memory.set(
                JAVA_LONG,
                MailboxLayout.PATIENCE,
                parent == 0 ? SHORT_PATIENCE_SECONDS : LONG_PATIENCE_SECONDS);
        expectFirstThread();
    }

    /** Maps a file that is shared with a guest. */
    static MemorySegment map(SharedFile file, long sizeBytes, Arena arena)
            throws HostCallException {
        try (Arena call = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(call);
            int access = PROT_READ | PROT_WRITE;
            long at = SysMman.mmap(state, 0, sizeBytes, access, MAP_SHARED, file.fd(), 0);
            if (at == MAP_FAILED) {
                throw Failure.of("mmap(a mailbox)", state);
            }
            return NativeMemory.view(at, sizeBytes, arena);
        }
    }

    /** Returns the file, for the guest to map. */
    public SharedFile file() {
        return file;
    }

    /**
     * Lets only one process be the guest. Others end that come upon the mailbox: a library that the
     * guest's program starts with may have forked them.
     */
    public void expect(int process) {
        memory.set(JAVA_INT, MailboxLayout.PROCESS, process);
    }

    /** Reads what the guest has written into the head, after its first message. */
    public Head readHead() {
        head =
                new Head(
                        address(MailboxLayout.BASE),
                        address(MailboxLayout.DLSYM),
                        address(MailboxLayout.CODE),
                        memory.get(JAVA_LONG, MailboxLayout.ARGUMENT_COUNT),
                        address(MailboxLayout.ARGUMENTS));
        return head;
    }

    private ExecutorAddress address(long at) {
        return new ExecutorAddress(memory.get(JAVA_LONG, at));
    }

    /**
     * Lets the guest not look whether this process lives, because it may send it no signals. The
     * guest has to end with its parent then. Signals to process 0 go to the guest's own group.
     */
    public void hideHost() {
        memory.set(JAVA_INT, MailboxLayout.HOST, 0);
    }

    /** Returns a slot of a process. */
    public Slot slot(int index, ProcessLife life) {
        long at = MailboxLayout.slot(index);
        return new Slot(memory.asSlice(at, MailboxLayout.SLOT_BYTES), inGuest(at), life, futex);
    }

    /** Returns the scratch area of a slot, which both sides may use while it is our turn. */
    public MemorySegment scratch(int index) {
        return memory.asSlice(MailboxLayout.scratch(index), MailboxLayout.SCRATCH_BYTES);
    }

    /** Returns the address of a slot's scratch area in the guest. */
    public ExecutorAddress scratchInGuest(int index) {
        return inGuest(MailboxLayout.scratch(index));
    }

    private ExecutorAddress inGuest(long at) {
        return head == null ? ExecutorAddress.NULL : head.base.plus(at);
    }

    /**
     * Waits until a thread of the guest rings the doorbell, or for a second.
     *
     * @param heard how often it had rung
     * @return how often it has rung
     */
    public int awaitBell(int heard) {
        MemorySegment word = memory.asSlice(MailboxLayout.DOORBELL, Integer.BYTES);
        int count = (int) WORD.getAcquire(word, 0L);
        if (count == heard) {
            futex.await(word, count, ROUND_NANOS);
        }
        return (int) WORD.getAcquire(word, 0L);
    }

    /** Wakes all threads that wait for the guest, after its life has ended. */
    public void announceEnd(ProcessLife life) {
        synchronized (pauses) {
            if (isClosed) {
                return; // of a copy that came too late; nobody waits for it here
            }
            for (int i = 0; i < MailboxLayout.SLOTS; i++) {
                slot(i, life).announceEnd();
            }
            MemorySegment word = memory.asSlice(MailboxLayout.DOORBELL, Integer.BYTES);
            WORD.getAndAdd(word, 0L, 1);
            futex.wake(word);
        }
    }

    /** Returns a copy of the head and of the slot of the guest's first thread. */
    public byte[] save() {
        return memory.asSlice(0, MailboxLayout.slot(MailboxLayout.MAIN + 1)).toArray(JAVA_BYTE);
    }

    /**
     * Writes a copy of {@link #save} back. Then it is the turn of the guest's first thread, and no
     * other thread has a slot.
     */
    public void restore(byte[] saved) {
        synchronized (pauses) {
            requireOpen();
            MemorySegment.copy(saved, 0, memory, JAVA_BYTE, 0, saved.length);
            memory.asSlice(saved.length, MailboxLayout.slot(MailboxLayout.SLOTS) - saved.length)
                    .fill((byte) 0);
            expectFirstThread();
        }
    }

    /** Requires that it has not been closed: it is unmapped later, so its memory does not tell. */
    public void requireOpen() {
        synchronized (pauses) {
            if (isClosed) {
                throw new IllegalStateException("the mailbox is closed");
            }
        }
    }

    private void expectFirstThread() {
        ProcessLife life = new ProcessLife();
        slot(MailboxLayout.MAIN, life).expectGuest();
        for (int i = MailboxLayout.FIRST_FOREIGN; i < MailboxLayout.SLOTS; i++) {
            slot(i, life).expectGuest();
        }
    }

    /** Returns a page for a copy of the guest. */
    public PausePage takePausePage() throws HostCallException {
        synchronized (pauses) {
            requireOpen();
            for (PausePages pages : pauses) {
                Optional<PausePage> free = pages.take();
                if (free.isPresent()) {
                    return free.get();
                }
            }
            PausePages more = new PausePages(futex, arena);
            pauses.add(more);
            return more.take().orElseThrow();
        }
    }

    /** Notes that a copy goes on, which may have mapped no other pages than those it waited in. */
    public void goesOnFrom(PausePage page) {
        synchronized (pauses) {
            requireOpen();
            for (PausePages pages : pauses) {
                if (pages != page.all()) {
                    pages.mappedAt(ExecutorAddress.NULL);
                }
            }
        }
    }

    /**
     * Closes its file now, and unmaps its memory in this process later. A guest that still runs
     * keeps its own mapping. Wakes nobody: if a thread may wait for the guest, {@link #announceEnd}
     * has to be called before. Does nothing if it is closed.
     */
    @Override
    public void close() {
        List<MemorySegment> mapped = new ArrayList<>(List.of(memory));
        synchronized (pauses) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            for (PausePages pages : pauses) {
                pages.file().close();
                mapped.add(pages.memory());
            }
            pauses.clear();
        }
        file.close();
        LateUnmapping.unmap(arena, mapped);
    }
}
