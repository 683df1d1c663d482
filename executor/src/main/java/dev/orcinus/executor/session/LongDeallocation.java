package dev.orcinus.executor.session;

import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.platform.WrapperFunctionResult;
import java.util.function.Consumer;

/**
 * A deallocation that waits for the destructors of threads that end. If they take longer than the
 * grace, the controller gets its answer before: they may wait for it. Released memory goes later
 * then. Memory that the controller would use again is refused, as it may still be in use; LLVM's
 * controllers do without such memory. Used once, by one thread.
 */
final class LongDeallocation {
    private final Session session;
    private final Deallocation deallocation;
    private final Consumer<WrapperFunctionResult> early;
    private boolean isLate;

    /**
     * A deallocation that has not begun.
     *
     * @param early takes the result if the controller gets it before the end
     */
    LongDeallocation(
            Session session, Deallocation deallocation, Consumer<WrapperFunctionResult> early) {
        this.session = session;
        this.deallocation = deallocation;
        this.early = early;
    }

    /** Does it, and returns its result. */
    WrapperFunctionResult run() {
        try {
            session.guest().deallocate(deallocation, session.options().grace(), this::answer);
            return Replies.success();
        } catch (AllocationException e) {
            if (isLate) {
                session.log("while memory goes late: " + e.fullMessage());
            }
            return Replies.error(e.fullMessage());
        } catch (RuntimeException | Error bug) {
            if (isLate) {
                var _ = session.failed(bug); // which nobody gets any more, but the log
            }
            throw bug;
        }
    }

    private void answer() {
        if (isLate) {
            return;
        }
        isLate = true;
        String why =
                "destructors of threads that end have not returned after "
                        + session.options().grace().toMillis()
                        + " ms";
        session.log("memory goes late: " + why);
        early.accept(
                deallocation.keepsReservations()
                        ? Replies.error(why + "; until they have, the memory stays in use")
                        : Replies.success());
    }
}
