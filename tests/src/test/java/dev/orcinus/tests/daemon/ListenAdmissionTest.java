package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.executor.ListeningExecutor;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.OtherUser;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the commands that serve one session serve the same users as the daemon does. */
@Timeout(180)
final class ListenAdmissionTest {
    @TempDir Path folder;

    @Test
    void anotherUserIsRefusedAndTheRightfulOneServedAfterIt() throws Exception {
        try (ListeningExecutor executor = new ListeningExecutor(folder)) {
            assertEquals(0, OtherUser.bytesFromPort(executor.address().getPort()));
            executor.awaitErrors(": it is user " + OtherUser.ID + " (--allow-other-users)\n");
            Controller.connect(executor.address()).close();
            Finished end = executor.finish();
            assertTrue(end.errors().contains("orcinus: refused 127.0.0.1:"), end::toString);
        }
    }

    @Test
    void anotherUserIsServedIfThatIsWanted() throws Exception {
        try (ListeningExecutor executor = new ListeningExecutor(folder, "--allow-other-users")) {
            assertEquals(32, OtherUser.bytesFromPort(executor.address().getPort()));
        }
    }

    @Test
    void bothFormsRefuseAnAddressThatOthersReach() throws Exception {
        for (String form : new String[] {"listen=0.0.0.0:0", "tcp:listen=0.0.0.0:0"}) {
            try (Program refused = Program.start(folder, ExecutorCommand.of(form))) {
                Finished end = refused.finish();
                assertEquals(2, end.status(), end::toString);
                assertTrue(end.errors().contains("pass --allow-remote"), end::toString);
            }
        }
    }
}
