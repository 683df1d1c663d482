package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ArgumentBudgetTest {
    private final ArgumentBudget budget = new ArgumentBudget(100);

    @Test
    void allCallsTogetherHoldAsMuchAsAllowed() {
        assertTrue(budget.take(60));
        assertTrue(budget.take(40));
        assertFalse(budget.take(1));
        assertTrue(budget.take(0));
        budget.giveBack(40);
        assertTrue(budget.take(39));
        assertFalse(budget.take(2));
        assertTrue(budget.take(1));
    }

    @Test
    void aRefusalTellsTheNumbers() {
        assertTrue(budget.take(70));
        assertFalse(budget.take(31));
        assertEquals(
                "a call with 31 bytes of arguments: the calls that run hold 70 bytes already, and"
                        + " may hold 100",
                budget.refusal(31));
    }
}
