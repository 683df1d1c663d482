package dev.orcinus.executor.session;

import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.LineException;
import dev.orcinus.runtime.guest.FirstThread;
import dev.orcinus.runtime.guest.GuestThreads;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;

/**
 * A thread that has read a call, as who serves the call sees it. It starts the call's work on a
 * thread of the right kind, which may be itself.
 */
abstract class CallReader {
    /** Takes the result of work, or what it has thrown. */
    interface Done extends BiConsumer<WrapperFunctionResult, Throwable> {}

    /**
     * Starts work.
     *
     * @param done is told when the thread that has done it is idle, or reads the line: a release
     *     that follows the result ends idle threads
     * @throws RejectedExecutionException if it cannot be started
     * @throws LineException if the line has broken
     */
    abstract void start(Answer answer, GuestThreads threads, Done done) throws LineException;

    private static void startElsewhere(Answer answer, GuestThreads threads, Done done) {
        if (answer.place() == Answer.Place.ASIDE) {
            var _ = answer.startAside(threads).whenComplete(done);
        } else {
            var _ = threads.run(answer.work()::run).whenComplete(done);
        }
    }

    /** A thread whose own work waits for the controller. All other work needs another thread. */
    static final class Nested extends CallReader {
        @Override
        void start(Answer answer, GuestThreads threads, Done done) {
            startElsewhere(answer, threads, done);
        }
    }

    /** The session's thread. It lends the line to the guest's first thread if that is idle. */
    static final class OfSession extends CallReader {
        private final ControllerLine line;

        OfSession(ControllerLine line) {
            this.line = line;
        }

        @Override
        void start(Answer answer, GuestThreads threads, Done done) throws LineException {
            if (answer.place() == Answer.Place.ASIDE || !lend(answer, threads, done)) {
                startElsewhere(answer, threads, done);
            }
        }

        private boolean lend(Answer answer, GuestThreads threads, Done done) throws LineException {
            line.flush();
            long loan = line.hasMore() ? 0 : line.turn().lend();
            if (loan == 0) {
                return false;
            }
            boolean isGiven = false;
            try {
                isGiven = threads.giveToFirst(new Lead(line, loan, answer, done));
                return isGiven;
            } finally {
                if (!isGiven) {
                    line.turn().keep();
                }
            }
        }
    }

    /** The guest's first thread, when it has borrowed the line and has no work. */
    private static final class OfGuest extends CallReader {
        private final ControllerLine line;
        private final FirstThread place;

        OfGuest(ControllerLine line, FirstThread place) {
            this.line = line;
            this.place = place;
        }

        /** Work that may wait for guest threads must find this one idle. */
        @Override
        void start(Answer answer, GuestThreads threads, Done done) throws LineException {
            if (answer.place() == Answer.Place.ASIDE) {
                place.rest();
                try {
                    startElsewhere(answer, threads, done);
                } finally {
                    line.turn().giveBack();
                }
                return;
            }
            line.letWork();
            work(answer, done);
        }

        void work(Answer answer, Done done) {
            WrapperFunctionResult result = null;
            Throwable bug = null;
            try {
                result = place.run(answer.work()::run, line::readAgain);
            } catch (RuntimeException | Error e) {
                bug = e;
            }
            done.accept(result, bug);
        }
    }

    /**
     * What the guest's first thread does that has borrowed a line.
     *
     * @param loan the number of the loan
     */
    private record Lead(ControllerLine line, long loan, Answer answer, Done done)
            implements FirstThread.Duty {
        @Override
        public void perform(FirstThread thread) {
            OfGuest reader = new OfGuest(line, thread);
            line.turn().borrow(loan);
            try {
                reader.work(answer, done);
            } catch (RuntimeException | Error e) { // the controller waits for a result in vain
                thread.rest();
                line.turn().end(e);
                return;
            }
            line.lead(reader, thread::rest);
        }

        @Override
        public void refused(RejectedExecutionException reason) {
            line.turn().decline(loan);
            done.accept(null, reason);
        }
    }
}
