package dev.orcinus.runtime.unwind;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import dev.orcinus.runtime.RegistrationException;
import dev.orcinus.runtime.unwind.EhFrameSection.Records;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The {@code .eh_frame} sections that a session has registered with the unwinder. The unwinder
 * aborts when it is told to forget an unknown section, and reads freed memory when it is not told
 * to forget a known one; this registry prevents both. A section that is registered before its
 * contents have arrived, as the ORC runtime of LLVM 19 does, waits until its allocation is
 * finalized. Without that runtime LLVM 19 and 20 register by a separate call after each
 * finalization, and call main before the last of these calls: {@link #awaitExpected} is for that.
 * With that runtime LLVM 19 lets code run before the contents of all objects have arrived: {@link
 * #awaitContents} is for that. Many threads may use it; this object's lock guards it.
 */
public final class UnwindRegistry {
    private static final long POLL_MILLIS = 1;

    /** A controller that has not been early in so many waits does not need them. */
    private static final int MOST_VAIN_WAITS = 3;

    private final GuestUnwinder unwinder;
    private final GuestMemory memory;
    private final GuestProcess process;
    private final MemoryManager manager;
    private final EhFrameSection sections;
    private final Map<ExecutorAddress, AddressRange> registered = new ConcurrentSkipListMap<>();
    private final Set<ExecutorAddress> waiting = new LinkedHashSet<>();
    private final Set<ExecutorAddress> expecting = new HashSet<>();
    private boolean expects;
    private long lastCame;
    private boolean hasWholeObjects;
    private long lastContent;
    private long waitedFor;
    private int vainWaits;

    /** A registry without sections. */
    public UnwindRegistry(Guest guest, MemoryManager manager) {
        this.unwinder = guest.unwinder();
        this.memory = guest.memory();
        this.process = guest.process();
        this.manager = manager;
        this.sections = new EhFrameSection(memory);
    }

    /**
     * Registers a section of known extent; one without records is accepted and forgotten. The
     * unwinder gets a copy of a section that has no terminator, because what lies behind it may
     * change, or that has gaps.
     *
     * @throws RegistrationException if it is not readable, or its records do not end where it ends
     */
    public synchronized void register(AddressRange section) throws RegistrationException {
        noLongerExpected(section.start());
        if (!section.isEmpty() && !sections.isEmptyAt(section.start())) {
            Records records = sections.records(section);
            add(section, records.isReadable() ? section : copy(records));
        }
    }

    /**
     * Registers a section that our own linker has put together: it is not empty, and its records
     * end with a terminator.
     *
     * @throws RegistrationException if it is registered already, or lies in no allocation
     */
    public synchronized void registerLinked(AddressRange section) throws RegistrationException {
        add(section);
    }

    /**
     * Registers the section that starts at {@code start}, as {@code __register_frame} does.
     *
     * @throws RegistrationException if it is not readable or never ends
     */
    public synchronized void register(ExecutorAddress start) throws RegistrationException {
        if (isUnallocated(start)) {
            waiting.add(start);
        } else if (!sections.isEmptyAt(start)) {
            Records records = sections.records(start);
            AddressRange section = records.withTerminator();
            add(section, records.isReadable() ? section : copy(records));
        }
    }

    private AddressRange copy(Records records) throws RegistrationException {
        AddressRange section = new AddressRange(records.start(), records.end());
        byte[] content = new byte[Math.toIntExact(section.sizeBytes())];
        if (!memory.tryRead(section.start(), MemorySegment.ofArray(content))) {
            throw new RegistrationException(
                    ".eh_frame: nothing readable at " + section.start(), null);
        }
        byte[] bytes = EhFrameCopy.of(section.start(), content, records.gaps());
        ExecutorAddress place = process.allocate(bytes.length);
        if (!memory.tryWrite(MemorySegment.ofArray(bytes), place)) {
            throw new AssertionError("fresh heap memory cannot be written at " + place);
        }
        return AddressRange.of(place, bytes.length);
    }

    private void add(AddressRange section) throws RegistrationException {
        add(section, section);
    }

    /**
     * Registers a section.
     *
     * @param known what the unwinder gets: the section, or a copy of it on the C heap
     */
    private void add(AddressRange section, AddressRange known) throws RegistrationException {
        try {
            addOnce(section, known);
        } catch (RegistrationException e) {
            free(section.start(), known);
            throw e;
        }
    }

    private void free(ExecutorAddress start, AddressRange known) {
        if (!known.start().equals(start)) {
            process.free(known.start());
        }
    }

    private void addOnce(AddressRange section, AddressRange known) throws RegistrationException {
        if (registered.containsKey(section.start())) {
            throw new RegistrationException(
                    ".eh_frame at " + section.start() + " is registered already", null);
        }
        boolean tied = manager.onDealloc(section.start(), new Deregistration(section.start()));
        if (!tied && manager.reserves(section.start())) {
            throw new RegistrationException(
                    ".eh_frame at " + section.start() + " lies in no allocation", null);
        }
        unwinder.register(known);
        registered.put(section.start(), known);
    }

    /** Notes that a call will soon register the section of an allocation, if it has one. */
    public synchronized void expect(ExecutorAddress allocation) {
        expects = true;
        lastCame = System.nanoTime();
        hasWholeObjects = true;
        lastContent = lastCame;
        expecting.add(allocation);
    }

    /**
     * Waits until all reservations have contents, and none have come for a while. Does nothing if
     * {@link #expect} has never been called, as with controllers that wait themselves. Once some
     * waits have been in vain, it only waits for contents of reservations that have none.
     *
     * @param quiet the time in which none are to come
     * @param limit the longest time to wait for the next contents; some never come
     */
    public synchronized void awaitContents(Duration quiet, Duration limit)
            throws InterruptedException {
        long begin = System.nanoTime();
        long known = lastContent;
        boolean isPatient = vainWaits < MOST_VAIN_WAITS;
        while (hasWholeObjects) {
            long now = System.nanoTime();
            boolean isQuiet = !isPatient || now - lastContent >= quiet.toNanos();
            boolean isLate = now - Math.max(begin, lastContent) >= limit.toNanos();
            if (isLate || (isQuiet && manager.areAllReservationsInUse())) {
                noteWait(known);
                return;
            }
            wait(POLL_MILLIS);
        }
    }

    /** Counts the waits behind contents that were the last ones. */
    private void noteWait(long known) {
        if (lastContent != known) {
            vainWaits = 0;
        } else if (waitedFor != known) {
            vainWaits++;
        }
        waitedFor = lastContent;
    }

    private void noLongerExpected(ExecutorAddress section) {
        manager.keyOf(section).ifPresent(expecting::remove);
        lastCame = System.nanoTime();
    }

    /**
     * Waits for the sections that are expected, and for the contents of reservations that have none
     * yet, until none has come for a while; then it expects none of them any longer, because code
     * without unwind info is waited for only once. Does nothing if no section has ever been
     * expected.
     *
     * @param quiet the time in which none is to come
     * @param limit the longest time to wait
     */
    public synchronized void awaitExpected(Duration quiet, Duration limit)
            throws InterruptedException {
        long begin = System.nanoTime();
        lastCame = begin;
        for (long now = begin; expects && now - begin < limit.toNanos(); now = System.nanoTime()) {
            if (!expecting.isEmpty() || !manager.areAllReservationsInUse()) {
                lastCame = now;
            } else if (now - lastCame >= quiet.toNanos()) {
                break;
            }
            wait(POLL_MILLIS);
        }
        expects = false;
        expecting.clear();
    }

    /**
     * Returns whether an address lies in memory of this session whose contents may not have
     * arrived.
     */
    private boolean isUnallocated(ExecutorAddress address) {
        return manager.reserves(address) && manager.keyOf(address).isEmpty();
    }

    /** Deregisters the section that starts at {@code start}; does nothing if there is none. */
    public synchronized void deregister(ExecutorAddress start) {
        waiting.remove(start);
        AddressRange known = registered.remove(start);
        if (known != null) {
            unwinder.deregister(known);
            free(start, known);
        }
    }

    /**
     * Registers the waiting sections whose contents have arrived. Called after each finalization.
     */
    public synchronized void registerArrived() throws RegistrationException {
        RegistrationException first = null;
        for (ExecutorAddress start : List.copyOf(waiting)) {
            if (!isUnallocated(start)) {
                waiting.remove(start);
                first = registerAllocated(start, first);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /**
     * Registers a section, unless its reservation has gone, and returns the first failure so far;
     * later ones are suppressed in it.
     */
    private RegistrationException registerAllocated(
            ExecutorAddress start, RegistrationException before) {
        try {
            if (manager.reserves(start)) {
                register(start);
            }
            return before;
        } catch (RegistrationException e) {
            if (before == null) {
                return e;
            }
            before.addSuppressed(e);
            return before;
        }
    }

    /**
     * Returns the sections as the unwinder knows them, in the order of the addresses that they were
     * registered with. It waits for no lock.
     */
    public List<AddressRange> sections() {
        return List.copyOf(registered.values());
    }

    /** Returns how many sections are registered. */
    public synchronized int size() {
        return registered.size();
    }

    /** Deregisters a section when its memory goes, if it is still registered. */
    private final class Deregistration implements AllocationAction {
        private final ExecutorAddress start;

        Deregistration(ExecutorAddress start) {
            this.start = start;
        }

        @Override
        public void run() {
            deregister(start);
        }

        @Override
        public boolean runsGuestCode() {
            return false;
        }

        @Override
        public ExecutorAddress function() {
            return start;
        }
    }
}
