package dev.orcinus.runtime.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.runtime.GuestBooks;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The libraries that a session's controller has opened. If the guest returns to a state in which
 * one of them was not open yet, it is opened again, and has to lie where it was, because linked
 * code may refer to it. Many threads may use it; this object's lock guards it.
 */
public final class OpenedLibraries implements GuestBooks {
    private final Guest guest;
    private final Checkpoints checkpoints;
    private final Map<ExecutorAddress, Library> open = new LinkedHashMap<>();

    /** A library, the handle that the guest has now, and one of its symbols. */
    private static final class Library {
        private final String path;
        private ExecutorAddress handle;
        private String symbol = "";
        private ExecutorAddress address = ExecutorAddress.NULL;

        Library(String path, ExecutorAddress handle) {
            this.path = path;
            this.handle = handle;
        }
    }

    OpenedLibraries(Guest guest, Checkpoints checkpoints) {
        this.guest = guest;
        this.checkpoints = checkpoints;
    }

    /**
     * Opens a library on the calling thread, which is a guest thread: its initializers run.
     *
     * @return the handle for {@link #find}
     */
    public ExecutorAddress open(String path) throws HostCallException {
        ExecutorAddress handle = openInGuest(path);
        synchronized (this) {
            ExecutorAddress ours = handle;
            while (isOfAnother(ours, path)) {
                ours = ours.plus(1); // handles are aligned, so no other library gets this one
            }
            open.put(ours, new Library(path, handle));
            return ours;
        }
    }

    private ExecutorAddress openInGuest(String path) throws HostCallException {
        checkpoints.beforeGuestCode();
        try {
            return guest.libraries().open(path);
        } finally {
            checkpoints.afterGuestCode();
        }
    }

    private boolean isOfAnother(ExecutorAddress handle, String path) {
        Library known = open.get(handle);
        return known != null && !known.path.equals(path);
    }

    /** Looks a symbol up in a library. */
    public Optional<ExecutorAddress> find(ExecutorAddress handle, String name) {
        Library library;
        synchronized (this) {
            library = open.get(handle);
        }
        if (library == null) {
            throw new IllegalArgumentException("no library has the handle " + handle);
        }
        Optional<ExecutorAddress> found = guest.libraries().find(library.handle, name);
        if (found.isPresent() && library.symbol.isEmpty()) {
            library.address = found.get();
            library.symbol = name;
        }
        return found;
    }

    /** Returns a step that opens again what is opened from now on. */
    @Override
    public synchronized Runnable state() {
        Set<ExecutorAddress> known = Set.copyOf(open.keySet());
        return () -> openAgain(known);
    }

    private synchronized void openAgain(Set<ExecutorAddress> known) {
        for (Map.Entry<ExecutorAddress, Library> entry : open.entrySet()) {
            if (!known.contains(entry.getKey())) {
                openAgain(entry.getValue());
            }
        }
    }

    private void openAgain(Library library) {
        try {
            library.handle = guest.libraries().open(library.path);
        } catch (HostCallException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        if (!library.symbol.isEmpty()
                && !guest.libraries()
                        .find(library.handle, library.symbol)
                        .equals(Optional.of(library.address))) {
            throw new IllegalStateException(
                    library.path
                            + ", which the controller has opened since, does not come back to its"
                            + " place");
        }
    }
}
