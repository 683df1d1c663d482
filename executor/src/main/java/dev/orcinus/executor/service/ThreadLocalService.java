package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.ThreadLocalStorage;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;

/**
 * Thread-local storage for linked code, for controllers that are loaders of ours. The work runs on
 * guest threads, because guest code may hold the dynamic linker's lock.
 */
final class ThreadLocalService implements Service {
    private static final int MOST_OWNERS = 1 << 20;

    /** Serves {@code SPSExpected<block> (request, uint32 owners)}. */
    Answer open(Session session, SpsReader in) throws ProtocolException {
        Request request = ThreadLocalStorage.REQUEST.read(in);
        int owners = in.readInt();
        if (owners < 1 || owners > MOST_OWNERS) {
            return Answer.now(Replies.unexpected(owners + " owners of a block"));
        }
        return Answer.onGuestThread(() -> open(session, request, owners));
    }

    private static WrapperFunctionResult open(Session session, Request request, int owners) {
        try {
            return Replies.expected(
                    ThreadLocalStorage.BLOCK,
                    session.guest().threadLocals().openKept(request, owners));
        } catch (HostCallException e) {
            return Replies.unexpected(e.getMessage());
        }
    }

    /** Serves {@code SPSError (handle)}: a call, or a dealloc action. */
    Answer close(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = Sps.ADDRESS.read(in);
        return Answer.onGuestThread(() -> close(session, handle));
    }

    private static WrapperFunctionResult close(Session session, ExecutorAddress handle) {
        try {
            session.guest().threadLocals().close(handle);
            return Replies.success();
        } catch (HostCallException e) {
            return Replies.error(e.getMessage());
        }
    }

    @Override
    public void onShutdown(Session session) {
        if (session.guest().threadLocals().hasOpen()) {
            session.grace().giveBack("closing thread-local storage", () -> closeAll(session));
        }
    }

    private static void closeAll(Session session) {
        try {
            session.guest().threadLocals().closeAll();
        } catch (HostCallException e) {
            session.log("while closing the session's thread-local storage: " + e.getMessage());
        }
    }
}
