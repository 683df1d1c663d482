package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.runtime.RegistrationException;
import java.util.List;

/**
 * The second half of a finalize request, after its segments are filled: actions, outcome, reply.
 * Used by one thread at a time.
 */
final class Finalization {
    private static final String EMPTY = "Finalization request is empty";
    private static final String ACTIONS_OF_NOTHING =
            "Finalization actions attached to empty finalization request";

    private final Session session;
    private final Form form;
    private final InFlightAllocation allocation;

    /** The part of a reservation that a request covers, which differs between versions of LLVM. */
    enum Form {
        /**
         * LLVM 19 and 20: a whole reservation, which a failure frees; the result is {@code
         * SPSError}.
         */
        WHOLE,
        /**
         * LLVM 21 and later: a part of a reservation, which stays; the result is {@code
         * SPSExpected<address>}.
         */
        PART
    }

    Finalization(Session session, Form form) {
        this.session = session;
        this.form = form;
        this.allocation = session.memory().begin();
    }

    InFlightAllocation allocation() {
        return allocation;
    }

    /**
     * Returns the answer: finishes on this thread, or on a guest thread if the actions need one.
     */
    Answer run(List<AllocActionCallPair> calls) throws AllocationException {
        if (allocation.isEmpty()) {
            return Answer.now(runEmpty(calls));
        }
        if (form == Form.WHOLE) {
            allocation.requireWholeReservation();
        }
        List<AllocationActions.Pair> actions = session.bind(allocation.key(), calls);
        return actions.stream().anyMatch(pair -> pair.finalizeAction().runsGuestCode())
                ? Answer.onGuestThread(
                        () -> session.guest().checkpoints().whileLinking(() -> finish(actions)))
                : Answer.now(finish(actions));
    }

    private WrapperFunctionResult runEmpty(List<AllocActionCallPair> calls) {
        abandon();
        if (!calls.isEmpty()) {
            return reply(ACTIONS_OF_NOTHING);
        }
        return form == Form.WHOLE ? Replies.success() : reply(EMPTY);
    }

    private WrapperFunctionResult finish(List<AllocationActions.Pair> actions) {
        try {
            ExecutorAddress key = allocation.finish(actions);
            registerArrivedUnwindInfo();
            if (form == Form.WHOLE && allocation.hasCode()) {
                session.guest().unwind().expect(key);
            }
            return form == Form.WHOLE ? Replies.success() : Replies.expected(Sps.ADDRESS, key);
        } catch (AllocationException e) {
            return fail(e);
        } catch (GuestGoneException gone) {
            free(gone);
            throw gone;
        }
    }

    /** Registers sections with the unwinder whose registration came before their content. */
    private void registerArrivedUnwindInfo() {
        try {
            session.guest().unwind().registerArrived();
        } catch (RegistrationException e) {
            session.log(e.getMessage());
        }
    }

    /** Frees the memory that the request holds, and returns the error. */
    WrapperFunctionResult fail(AllocationException failure) {
        free(failure);
        return reply(failure.fullMessage());
    }

    private void free(Exception failure) {
        try {
            allocation.abandon();
            if (form == Form.WHOLE && !allocation.isEmpty()) {
                session.memory().release(List.of(allocation.key())).run();
            }
        } catch (AllocationException | GuestGoneException more) {
            failure.addSuppressed(more);
        }
    }

    private WrapperFunctionResult reply(String error) {
        return form == Form.WHOLE ? Replies.error(error) : Replies.unexpected(error);
    }

    /** Frees the memory of a request that will not be finished. */
    void abandon() {
        try {
            allocation.abandon();
        } catch (AllocationException e) {
            session.log("abandoned allocation: " + e.fullMessage());
        }
    }
}
