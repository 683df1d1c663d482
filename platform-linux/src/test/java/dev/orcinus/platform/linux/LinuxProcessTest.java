package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.spi.host.HostProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class LinuxProcessTest {
    private static final HostProcess PROCESS = HOST.process();

    @Test
    void knowsItself() throws Exception {
        assertEquals(ProcessHandle.current().pid(), PROCESS.pid());
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), PROCESS.uid());
    }
}
