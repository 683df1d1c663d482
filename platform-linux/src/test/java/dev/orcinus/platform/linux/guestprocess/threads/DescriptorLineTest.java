package dev.orcinus.platform.linux.guestprocess.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each call that brings a descriptor to a guest fails, and the next descriptor comes all the same.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DescriptorLineTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();
    private static final int NO_DESCRIPTOR = -1;
    private static final int MANY = 1024;

    private final DescriptorLine line = new DescriptorLine();
    private NativeProcess process;
    private NativeGuest guest;
    private Path descriptors;

    /** A part of the work with a guest that may fail. */
    @FunctionalInterface
    private interface Work {
        int on(NativeThread thread) throws HostCallException;
    }

    @BeforeEach
    void start() throws HostCallException {
        Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        guest = new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false);
        descriptors = Path.of("/proc/" + guest.pid() + "/fd");
    }

    @AfterEach
    void close() {
        line.close();
        guest.close();
    }

    private int on(Work work) throws HostCallException {
        List<HostCallException> failure = new ArrayList<>();
        int result =
                guest.threads()
                        .on(
                                Use.SERVICE,
                                thread -> {
                                    try {
                                        return work.on(thread);
                                    } catch (HostCallException e) {
                                        failure.add(e);
                                        return NO_DESCRIPTOR;
                                    }
                                });
        if (!failure.isEmpty()) {
            throw failure.getFirst();
        }
        return result;
    }

    private void open(int pidfd) throws HostCallException {
        on(
                thread -> {
                    line.open(thread, pidfd);
                    return 0;
                });
    }

    private int pass(int descriptor) throws HostCallException {
        return on(thread -> line.pass(thread, descriptor));
    }

    private void assertPasses(String name) throws Exception {
        long before = count();
        try (SharedFile file = SharedFile.create(name, 4096)) {
            int there = pass(file.fd());
            Path link = Files.readSymbolicLink(descriptors.resolve("" + there));
            assertEquals("/memfd:" + name + " (deleted)", link.toString());
            on(thread -> (int) thread.call(Libc.CLOSE, there));
        }
        assertEquals(before, count(), "descriptors of the guest");
    }

    private long count() throws IOException {
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.count();
        }
    }

    @Test
    void descriptorsComeOneAfterTheOther() throws Exception {
        assertFalse(line.isOpen());
        open(process.pidfd());
        assertTrue(line.isOpen());
        assertPasses("first");
        assertPasses("second");
    }

    @Test
    void aGuestThatCannotMakeAPairHasNoLine() throws Exception {
        limitDescriptors(0);
        HostCallException e = assertThrows(HostCallException.class, () -> open(process.pidfd()));
        assertEquals("socketpair in the guest", e.call());
        limitDescriptors(MANY);
        open(process.pidfd());
        assertPasses("first");
    }

    @Test
    void aSocketThatCannotBeTakenIsAnError() {
        HostCallException e = assertThrows(HostCallException.class, () -> open(NO_DESCRIPTOR));
        assertEquals("pidfd_getfd(a socket of the guest)", e.call());
        assertFalse(line.isOpen());
    }

    @Test
    void whatCannotBeSentIsAnErrorAndTheNextOneComes() throws Exception {
        open(process.pidfd());
        HostCallException e = assertThrows(HostCallException.class, () -> pass(NO_DESCRIPTOR));
        assertEquals("sendmsg(a descriptor)", e.call());
        assertPasses("next");
    }

    @Test
    void whatTheGuestHasNoRoomForIsAnErrorAndTheNextOneComes() throws Exception {
        open(process.pidfd());
        try (SharedFile file = SharedFile.create("refused", 4096)) {
            limitDescriptors(0);
            HostCallException e = assertThrows(HostCallException.class, () -> pass(file.fd()));
            assertEquals("recvmsg", e.call());
        }
        limitDescriptors(MANY);
        assertPasses("next");
    }

    @Test
    void aLineThatIsClosedSaysSo() throws Exception {
        open(process.pidfd());
        line.close();
        HostCallException e = assertThrows(HostCallException.class, () -> pass(0));
        assertEquals("sendmsg", e.call());
    }

    private void limitDescriptors(long most) throws Exception {
        Process command =
                new ProcessBuilder(
                                "prlimit", "--nofile=" + most + ":" + MANY, "--pid=" + guest.pid())
                        .inheritIO()
                        .start();
        assertEquals(0, command.waitFor(), "prlimit");
    }
}
