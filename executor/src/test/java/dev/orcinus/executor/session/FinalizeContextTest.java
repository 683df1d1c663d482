package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.executor.TestSession;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FinalizeContextTest {
    private static final ExecutorAddress FUNCTION = new ExecutorAddress(0x7700);

    private final List<Optional<ExecutorAddress>> told = new CopyOnWriteArrayList<>();

    /** Offers a function that records the allocation of its context. */
    private void offer() {
        FinalizeFunction function =
                (_, context, _) -> {
                    told.add(context.allocation());
                    return Answer.now(Replies.success());
                };
        TestSession.executor().sessions().forEach(s -> s.offer(FUNCTION, function, true));
    }

    private static ExecutorAddress allocate(TestSession session, ExecutorAddress at)
            throws Exception {
        WrapperFunctionCall call = new WrapperFunctionCall(FUNCTION, new byte[0]);
        byte[] key =
                session.initialize(
                        List.of(session.segment(MemProt.READ, at)),
                        new AllocActionCallPair(call, call));
        return TestSession.value(Sps.ADDRESS, key);
    }

    @Test
    void onlyAFinalizeActionIsToldItsAllocation() throws Exception {
        try (TestSession session = new TestSession()) {
            offer();
            long page = session.setup().pageSizeBytes();
            ExecutorAddress base = session.reserve(2 * page);
            ExecutorAddress first = allocate(session, base);
            ExecutorAddress second = allocate(session, base.plus(page));
            assertEquals(List.of(Optional.of(first), Optional.of(second)), told);
            told.clear();
            session.call(FUNCTION);
            assertEquals(List.of(Optional.empty()), told, "a call over the line");
            told.clear();
            session.onAddress(TestSession.MEMORY, "deinitialize_wrapper", second);
            assertEquals(List.of(Optional.empty()), told, "a dealloc action");
        }
    }
}
