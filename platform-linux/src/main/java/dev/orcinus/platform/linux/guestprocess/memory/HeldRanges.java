package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_NORESERVE;
import static dev.orcinus.bindings.posix.SysMman.MAP_FIXED;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The ranges that a guest had at one moment, and what has been published since. A copy of that
 * moment gets the ranges of now: their contents are in the file, as this process has filled them.
 */
final class HeldRanges implements MemoryHold {
    private final NativeGuest guest;
    private final ContentFile content;
    private final SharedMemory shared;
    private final MappedRanges ranges;
    private final Consumer<HeldRanges> onClose;
    private final ChangeLog.Moment<MappedRange> moment;
    private final List<Publication> published = new ArrayList<>();
    private final int descriptor;
    private final long hold;
    private boolean isClosed;

    /**
     * Holds the ranges of now.
     *
     * @param onClose is told when they are no longer held
     */
    HeldRanges(
            NativeGuest guest,
            ContentFile content,
            SharedMemory shared,
            MappedRanges ranges,
            Consumer<HeldRanges> onClose) {
        this.guest = guest;
        this.content = content;
        this.shared = shared;
        this.ranges = ranges;
        this.onClose = onClose;
        moment = ranges.now();
        descriptor = content.descriptor();
        hold = content.hold();
    }

    /** Notes that ranges have been published. */
    synchronized void note(List<Publication> publications) {
        published.addAll(publications);
    }

    @Override
    public synchronized void restore() throws HostCallException {
        content.setDescriptor(descriptor);
        ChangeLog.Difference<MappedRange> since = ranges.since(moment);
        CallList calls = new CallList();
        unmapGone(since, calls);
        HostCallException[] failure = new HostCallException[1];
        boolean done =
                guest.threads()
                        .on(
                                Use.SERVICE,
                                thread -> {
                                    try {
                                        mapNew(since, calls, thread);
                                        protect(calls);
                                        return calls.size() == 0 || calls.runWithPending(thread);
                                    } catch (HostCallException e) {
                                        failure[0] = e;
                                        return true;
                                    }
                                });
        if (failure[0] != null) {
            throw failure[0];
        }
        if (!done) {
            throw Failure.of("memory of the guest that has been mapped since", calls.errno());
        }
    }

    /** Adds the calls that unmap what has been unmapped since. */
    private void unmapGone(ChangeLog.Difference<MappedRange> since, CallList calls) {
        for (MappedRange old : since.gone()) {
            for (AddressRange gone : without(old.guest(), guestRanges(since.added()))) {
                calls.addOrStop(guest.address(Libc.MUNMAP), gone.start().value(), gone.sizeBytes());
            }
        }
    }

    /** Adds the calls that map what the copy does not have, or has with another content. */
    private void mapNew(
            ChangeLog.Difference<MappedRange> since, CallList calls, NativeThread thread)
            throws HostCallException {
        int flags = MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED;
        for (MappedRange range : since.added()) {
            List<MappedRange> known = sameAs(range, since.gone());
            for (AddressRange part : without(range.guest(), guestRanges(known))) {
                if (!range.isInFile()) {
                    shared.mapAgain(thread, range, part);
                    continue;
                }
                calls.addOrStop(
                        guest.address(Libc.MMAP),
                        part.start().value(),
                        part.sizeBytes(),
                        PROT_READ,
                        flags,
                        content.descriptorIn(thread),
                        range.offsetOf(part.start()));
            }
        }
    }

    /** Returns those of some ranges that have the bytes of a range in the same places. */
    private static List<MappedRange> sameAs(MappedRange range, Set<MappedRange> others) {
        List<MappedRange> same = new ArrayList<>();
        for (MappedRange old : others) {
            if (old.hasBytesOf(range)) {
                same.add(old);
            }
        }
        return same;
    }

    /** Adds the calls that publish again what has been published since. */
    private void protect(CallList calls) {
        for (Publication publication : published) {
            AddressRange pages = publication.pages();
            if (ranges.around(pages).isPresent() && ranges.aroundUnpublished(pages).isEmpty()) {
                calls.addOrStop(
                        guest.address(Libc.MPROTECT),
                        pages.start().value(),
                        pages.sizeBytes(),
                        ProcessMemory.bits(publication.prot()));
            }
        }
    }

    private static List<AddressRange> guestRanges(Collection<MappedRange> all) {
        List<AddressRange> found = new ArrayList<>(all.size());
        for (MappedRange range : all) {
            found.add(range.guest());
        }
        return found;
    }

    /** Returns what is left of a range without some others. */
    static List<AddressRange> without(AddressRange range, List<AddressRange> others) {
        List<AddressRange> left = new ArrayList<>(List.of(range));
        for (AddressRange other : others) {
            List<AddressRange> next = new ArrayList<>(left.size() + 1);
            for (AddressRange part : left) {
                if (part.overlaps(other)) {
                    addUnlessEmpty(next, part.start(), other.start());
                    addUnlessEmpty(next, other.end(), part.end());
                } else {
                    next.add(part);
                }
            }
            left = next;
        }
        return left;
    }

    private static void addUnlessEmpty(
            List<AddressRange> parts, ExecutorAddress start, ExecutorAddress end) {
        if (start.compareTo(end) < 0) {
            parts.add(new AddressRange(start, end));
        }
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            onClose.accept(this);
            content.letGo(hold);
        }
    }
}
