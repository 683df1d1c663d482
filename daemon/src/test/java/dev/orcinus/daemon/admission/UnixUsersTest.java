package dev.orcinus.daemon.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class UnixUsersTest {
    private static final int NOBODY_HAS_IT = 0x7ff0_1234;

    @Test
    void aUserHasANameAndANumber() {
        assertEquals("root (0)", UnixUsers.describe(0));
    }

    @Test
    void aUserThatTheMachineDoesNotKnowHasANumberOnly() {
        assertEquals(Integer.toString(NOBODY_HAS_IT), UnixUsers.describe(NOBODY_HAS_IT));
    }
}
