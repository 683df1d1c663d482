package dev.orcinus.runtime.guest;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.runtime.GuestBooks;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The last state of a guest process that has been noted, with what the books of this process said
 * then; or why there is none. The lock of {@link Checkpoints} guards it, but for the number of
 * states, which any thread reads without it.
 */
final class LatestCheckpoint {
    private final IsolatedGuest guest;
    private final List<GuestBooks> books = new ArrayList<>();
    private final AtomicLong taken = new AtomicLong();
    private GuestCheckpoint last;
    private List<Runnable> states = List.of();
    private int piecesSince;

    /**
     * Whether the state has destructors that have run since, whose code may have gone, or has been
     * used up.
     */
    private boolean isOutdated;

    /** Why there is no state, if that is known; else empty. */
    private String whyNone = "";

    /** None so far. */
    LatestCheckpoint(IsolatedGuest guest) {
        this.guest = guest;
    }

    /** Adds books that return to earlier states with the guest. */
    void add(GuestBooks added) {
        books.add(added);
    }

    /**
     * Takes out, from all books, a line for the user about each thing that has not returned with
     * the guest.
     */
    List<String> takeProblems() {
        return books.stream().flatMap(book -> book.takeProblems().stream()).toList();
    }

    /** Returns how many states have been noted. */
    long taken() {
        return taken.get();
    }

    /** Returns whether there is a state that the guest can return to. */
    boolean isThere() {
        return last != null;
    }

    /** Returns whether the guest is still in the state. */
    boolean isCurrent() {
        return last != null && last.isCurrent();
    }

    /** Returns whether another state is to be noted as soon as nothing runs. */
    boolean isOutdated() {
        return isOutdated;
    }

    /** Notes that something of the state has gone since, unless the guest is still in it. */
    void outdate() {
        isOutdated |= last != null && !isCurrent();
    }

    /** Counts a piece of work that the guest does after the state, if none is noted for it. */
    void countPiece() {
        piecesSince++;
    }

    /** Returns how many pieces of work are undone if the guest, which has ended, returns to it. */
    int undone() {
        return last.isCurrent() ? 0 : piecesSince + 1;
    }

    /**
     * Notes the guest's state, unless it has ended or has threads of its own, which a state would
     * not have; then the last one stays. If it cannot be noted, there is none any more.
     */
    void note() {
        if (guest.end().isPresent()) {
            return;
        }
        if (guest.hasThreadsOfItsOwn()) {
            notNoted("guest code has threads of its own");
            return;
        }
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.CHECKPOINT, "")) {
            GuestCheckpoint next = guest.checkpoint();
            close();
            last = next;
            states = new ArrayList<>(books.size());
            for (GuestBooks book : books) {
                states.add(book.state());
            }
            piecesSince = 0;
            isOutdated = false;
            taken.incrementAndGet();
        } catch (GuestGoneException gone) {
            // it returns to the last state
        } catch (HostCallException | IllegalStateException e) {
            close();
            notNoted(e.getMessage());
        }
    }

    /**
     * Notes the state of the guest that has returned. If that cannot be done now, it is to be as
     * soon as nothing runs: the one before has been used up.
     */
    void noteAfterReturn() {
        note();
        isOutdated = last == null;
        piecesSince = 0;
    }

    /** Notes why a state is not noted; the last one stays. */
    void notNoted(String reason) {
        if (last == null) {
            whyNone = reason;
        }
    }

    /** Returns, for users, that there is no state, and why. */
    String problem() {
        return "no state of it has been noted" + (whyNone.isEmpty() ? "" : ": " + whyNone);
    }

    /** Has the guest and the books return to the state, which is used up. */
    void restore() throws HostCallException {
        last.restore();
        last = null;
        whyNone = "";
        states.forEach(Runnable::run);
    }

    /** Gives the state up, if there is one. */
    void close() {
        if (last != null) {
            last.close();
            last = null;
        }
    }
}
