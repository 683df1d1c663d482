package dev.orcinus.memory;

/** The guest in which dealloc actions run, as far as it may end meanwhile. */
public interface ActionGuest {
    /** One that does not end. */
    ActionGuest LASTING =
            new ActionGuest() {
                @Override
                public boolean lives() {
                    return true;
                }

                @Override
                public boolean isEndedByOthers() {
                    return false;
                }
            };

    /** Returns whether it lives. */
    boolean lives();

    /** Returns whether it has ended, and not by what the calling thread has called. */
    boolean isEndedByOthers();
}
