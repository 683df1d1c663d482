package dev.orcinus.platform.linux.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.host.ReadWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each call that makes a watch fails: there is none, and nothing stays. */
final class EpollWatchTest {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int NO_DESCRIPTOR = Integer.MAX_VALUE;
    private static final int NO_INTERRUPT = -1;

    /** Returns how many descriptors watches have: epoll's own, and those of bells. */
    private static long ofWatches() throws IOException {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.map(EpollWatchTest::target)
                    .filter(target -> target.contains("eventpoll") || target.contains("eventfd"))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "closed";
        }
    }

    @Test
    void aDescriptorThatCannotBeWatchedHasNoWatchAndNothingStays() throws Exception {
        try (EventDescriptor good = EventDescriptor.open()) {
            long before = ofWatches();
            assertEquals(Optional.empty(), EpollWatch.open(NO_DESCRIPTOR, NO_INTERRUPT));
            assertEquals(Optional.empty(), EpollWatch.open(good.descriptor(), NO_DESCRIPTOR));
            assertEquals(before, ofWatches());
        }
    }

    @Test
    void aWatchThatIsClosedLeavesNothing() throws Exception {
        try (EventDescriptor good = EventDescriptor.open()) {
            long before = ofWatches();
            ReadWatch watch = EpollWatch.open(good.descriptor(), NO_INTERRUPT).orElseThrow();
            assertTrue(ofWatches() > before, "a watch has descriptors");
            watch.close();
            assertEquals(before, ofWatches());
        }
    }
}
