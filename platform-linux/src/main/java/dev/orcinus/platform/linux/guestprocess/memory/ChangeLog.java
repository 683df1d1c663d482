package dev.orcinus.platform.linux.guestprocess.memory;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The changes of a set in their order, so that it can be told how the set differs from what it was
 * at a {@link Moment}. Changes before the oldest moment that somebody keeps take no memory. Whoever
 * uses it guards it by a lock.
 *
 * @param <T> the type of the set's elements
 */
public final class ChangeLog<T> {
    private Moment<T> last = new Moment<>(null, false);

    /** The moment after a change. */
    public static final class Moment<T> {
        private final T element;
        private final boolean isAddition;
        private Moment<T> next;

        private Moment(T element, boolean isAddition) {
            this.element = element;
            this.isAddition = isAddition;
        }
    }

    /**
     * How a set differs from what it was.
     *
     * @param gone the elements that were there and are no longer
     * @param added the elements that were not there and are now
     */
    public record Difference<T>(Set<T> gone, Set<T> added) {}

    /** A log without changes. */
    public ChangeLog() {}

    /** Notes that an element has been added, which was not there. */
    public void added(T element) {
        append(new Moment<>(element, true));
    }

    /** Notes that an element has been removed, which was there. */
    public void removed(T element) {
        append(new Moment<>(element, false));
    }

    private void append(Moment<T> change) {
        last.next = change;
        last = change;
    }

    /** Returns the present moment. */
    public Moment<T> now() {
        return last;
    }

    /** Returns how the set differs from what it was at a moment. */
    public Difference<T> since(Moment<T> moment) {
        Set<T> gone = new LinkedHashSet<>();
        Set<T> added = new LinkedHashSet<>();
        for (Moment<T> change = moment.next; change != null; change = change.next) {
            Set<T> undone = change.isAddition ? gone : added;
            if (!undone.remove(change.element)) {
                (change.isAddition ? added : gone).add(change.element);
            }
        }
        return new Difference<>(gone, added);
    }
}
