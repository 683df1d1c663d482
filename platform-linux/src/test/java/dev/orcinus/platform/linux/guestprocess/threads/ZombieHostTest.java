package dev.orcinus.platform.linux.guestprocess.threads;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.start.QemuGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a guest notices the end of the process that serves it, though nobody reaps that, as
 * the first process of some containers reaps none.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ZombieHostTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();

    @TempDir private Path folder;
    private Process parent;
    private int host;

    @AfterEach
    void endParent() {
        if (host != 0) {
            ProcessHandle.of(host).ifPresent(ProcessHandle::destroyForcibly);
        }
        if (parent != null) {
            parent.destroyForcibly();
        }
    }

    /** Makes a program the child of one that has not made it, and so does not wait for it. */
    private void abandon(String program) throws IOException {
        String script = "(%s) & echo $!; exec sleep 60".formatted(program);
        parent = new ProcessBuilder("/bin/sh", "-c", script).start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8));
        host = Integer.parseInt(output.readLine());
    }

    private void abandonZombie() throws Exception {
        abandon("until grep -q sleep /proc/$$/comm; do :; done"); // the shell would reap it
        while (!StatFile.hasEnded(host)) {
            Thread.sleep(1);
        }
        assertTrue(ProcessHandle.of(host).isPresent(), "it has been reaped");
    }

    private static NativeGuest start() throws Exception {
        Mailbox mailbox = new Mailbox(PROCESSOR, 0);
        NativeProcess process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        return new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false);
    }

    /** Makes the process the one that the guest waits for, a second at a time. */
    private void becomesHost(NativeGuest guest) {
        MemorySegment pid = MemorySegment.ofArray(new int[] {host});
        MemorySegment patience = MemorySegment.ofArray(new long[] {1, 0});
        assertTrue(guest.memory().write(pid, guest.head().base().plus(MailboxLayout.HOST)));
        assertTrue(
                guest.memory().write(patience, guest.head().base().plus(MailboxLayout.PATIENCE)));
        long base = guest.head().base().value();
        guest.threads()
                .on(Use.SERVICE, thread -> thread.call(Libc.MEMCPY, base, base, 0)); // waits anew
    }

    @Test
    void aHostThatNobodyReapsHasEnded() throws Exception {
        abandonZombie();
        try (NativeGuest guest = start()) {
            becomesHost(guest);
            assertEquals(new GuestEnd.Exited(1), guest.awaitEnd());
        }
    }

    @Test
    void aHostThatNobodyReapsHasEndedOnAArch64() throws Exception {
        try (NativeGuest guest = QemuGuest.start(folder)) {
            abandonZombie();
            becomesHost(guest);
            assertEquals(new GuestEnd.Exited(1), guest.awaitEnd());
        }
    }

    @Test
    void aHostThatLivesIsWaitedFor() throws Exception {
        abandon("sleep 60");
        try (NativeGuest guest = start()) {
            becomesHost(guest);
            Thread.sleep(2_500);
            assertEquals(Optional.empty(), guest.end());
        }
    }
}
