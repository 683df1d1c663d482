package dev.orcinus.platform.linux.guestprocess.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.linux.guestprocess.memory.ChangeLog.Difference;
import dev.orcinus.platform.linux.guestprocess.memory.ChangeLog.Moment;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChangeLogTest {
    private final ChangeLog<String> log = new ChangeLog<>();

    @Test
    void nothingHasChangedSinceNow() {
        log.added("a");
        assertEquals(new Difference<>(Set.of(), Set.of()), log.since(log.now()));
    }

    @Test
    void whatHasComeAndGoneIsNoDifference() {
        log.added("a");
        Moment<String> moment = log.now();
        log.added("b");
        log.removed("a");
        log.removed("b");
        log.added("c");
        log.added("a");
        assertEquals(new Difference<>(Set.of(), Set.of("c")), log.since(moment));
    }

    @Test
    void theDifferenceIsThatOfTheSets() {
        Random random = new Random(11);
        Set<String> now = new HashSet<>();
        Set<String> then = Set.of();
        Moment<String> moment = log.now();
        for (int i = 0; i < 2_000; i++) {
            String element = "e" + random.nextInt(30);
            if (now.remove(element)) {
                log.removed(element);
            } else {
                now.add(element);
                log.added(element);
            }
            Set<String> gone = new HashSet<>(then);
            gone.removeAll(now);
            Set<String> added = new HashSet<>(now);
            added.removeAll(then);
            assertEquals(new Difference<>(gone, added), log.since(moment), "after change " + i);
            if (random.nextInt(50) == 0) {
                then = Set.copyOf(now);
                moment = log.now();
            }
        }
    }
}
