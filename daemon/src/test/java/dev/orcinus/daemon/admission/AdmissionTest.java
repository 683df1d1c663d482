package dev.orcinus.daemon.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.fakes.FakeChannel;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private static final int UID = 1000;
    private static final OptionalInt UNKNOWN = OptionalInt.empty();

    private static Optional<String> refusal(
            boolean allowRemote, boolean allowOtherUsers, OptionalInt peer) {
        return new Admission(2, allowRemote, allowOtherUsers, UID, uid -> "user-" + uid)
                .refusal(new FakeChannel().peerUid(peer), 1);
    }

    @Test
    void theSameUserIsServed() {
        assertEquals(Optional.empty(), refusal(false, false, OptionalInt.of(UID)));
    }

    @Test
    void anotherUserIsServedOnlyIfOthersAreAllowed() {
        OptionalInt other = OptionalInt.of(UID + 1);
        Optional<String> reason = Optional.of("it is user user-1001 (--allow-other-users)");
        assertEquals(reason, refusal(false, false, other));
        assertEquals(reason, refusal(true, false, other));
        assertEquals(Optional.empty(), refusal(false, true, other));
    }

    @Test
    void anUnknownUserIsServedOnlyIfRemoteOnesOrOthersAreAllowed() {
        assertEquals(
                Optional.of("its user is not known (--allow-other-users)"),
                refusal(false, false, UNKNOWN));
        assertEquals(Optional.empty(), refusal(true, false, UNKNOWN));
        assertEquals(Optional.empty(), refusal(false, true, UNKNOWN));
    }

    @Test
    void nobodyIsServedWithoutRoom() {
        Admission admission = new Admission(2, true, true, UID, Integer::toString);
        FakeChannel connection = new FakeChannel().peerUid(OptionalInt.of(UID));
        assertEquals(Optional.empty(), admission.refusal(connection, 1));
        Optional<String> full = Optional.of("2 sessions run already (--sessions)");
        assertEquals(full, admission.refusal(connection, 2));
        assertEquals(full, admission.refusal(connection, 3));
    }
}
