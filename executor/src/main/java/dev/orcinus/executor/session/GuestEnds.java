package dev.orcinus.executor.session;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.runtime.guest.Checkpoints;

/** Reports the ends of a session's guest process, and ends the session with the last one. */
final class GuestEnds implements Checkpoints.Listener {
    private final Session session;

    GuestEnds(Session session) {
        this.session = session;
    }

    @Override
    public void survived(GuestEnd end, int earlierPieces) {
        String state =
                earlierPieces == 0
                        ? "the state is as before this line"
                        : "the state is as before the last "
                                + (earlierPieces + 1)
                                + " lines, because the guest had threads of its own; these are lost";
        session.log("the guest " + end.describe() + ": " + state);
    }

    @Override
    public void lost(GuestEnd end, String problem) {
        String reason = problem.isEmpty() ? "" : "; it cannot go on: " + problem;
        session.log("the guest " + end.describe() + reason);
        session.endWithGuest(end);
    }
}
