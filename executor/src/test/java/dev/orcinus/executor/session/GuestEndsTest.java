package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.CrashObserver;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.runtime.guest.Checkpoints.Work;
import dev.orcinus.runtime.guest.GuestRuntime;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user is told of the ends of a guest. */
@Timeout(60)
final class GuestEndsTest {
    private static final GuestEnd EXIT = new GuestEnd.Exited(3);
    private static final GuestEnd CRASH = new GuestEnd.Crashed(11, ExecutorAddress.NULL);
    private static final GuestEnd INTERRUPT = new GuestEnd.Crashed(2, ExecutorAddress.NULL);

    private final List<String> log = new ArrayList<>();
    private final FakeChannel channel = new FakeChannel();
    private Session session;
    private boolean hadEnded;
    private GuestEnds ends;

    @BeforeEach
    void makeSession() throws Exception {
        FakeGuest guest = new FakeGuest();
        WrapperTable table = EmptyTable.of(guest);
        SessionOptions options = SessionOptions.DEFAULT;
        session = new Session(guest, table, List.of(), channel, options, this::log);
        ends = new GuestEnds(session);
    }

    private void log(String line) {
        log.add(line);
        hadEnded = session.endsWithGuest();
    }

    private void assertTold(String line, GuestEnd end, Work during, int undone) {
        ends.survived(end, during, undone).run();
        assertEquals(line.isEmpty() ? List.of() : List.of(line), log);
        log.clear();
        assertFalse(session.endsWithGuest());
    }

    @Test
    void theStateIsToldByLines() {
        String exited = "the guest exited with status 3: the state is as ";
        assertTold(exited + "before this line", EXIT, Work.LINE, 1);
        assertTold(exited + "after the last line", EXIT, Work.NONE, 0);
        assertTold(exited + "before the last line", EXIT, Work.NONE, 1);
        String two =
                "before the last 2 lines, because guest code had threads of its own; these are lost";
        assertTold(exited + two, EXIT, Work.LINE, 2);
        assertTold(exited + two, EXIT, Work.NONE, 2);
        assertTold(
                "the guest crashed with signal 11: the state is as before this line",
                CRASH,
                Work.LINE,
                1);
        assertTold(
                "the guest was interrupted: the state is as before this line",
                INTERRUPT,
                Work.LINE,
                1);
    }

    /** A program that exits has done what programs do. */
    @Test
    void ofAProgramOnlyACrashIsTold() {
        assertTold("", EXIT, Work.PROGRAM, 1);
        assertTold("the guest crashed with signal 11", CRASH, Work.PROGRAM, 1);
        assertTold("the guest was interrupted", INTERRUPT, Work.PROGRAM, 1);
    }

    @Test
    void theLastEndEndsTheSession() throws Exception {
        ends.lost(EXIT, "no state of it has been noted").run();
        assertEquals(
                List.of(
                        "the guest exited with status 3; it cannot go on: no state of it has been"
                                + " noted"),
                log);
        assertTrue(session.endsWithGuest());
        assertTrue(hadEnded, "nobody may read the log");
        assertEquals(Opcode.HANGUP, channel.awaitHeader().opcode(), "the controller is told");
    }

    @Test
    void anEndWithoutAProblemIsToldAsItIs() {
        ends.lost(CRASH, "").run();
        assertEquals(List.of("the guest crashed with signal 11"), log);
    }

    /** A guest in a process, whose crashes the ends are told of. */
    private CrashObserver observe() {
        FakeGuest memory = new FakeGuest();
        AtomicReference<CrashObserver> observer = new AtomicReference<>();
        InvocationHandler answers =
                (_, method, arguments) ->
                        switch (method.getName()) {
                            case "onCrash" -> {
                                observer.set((CrashObserver) arguments[0]);
                                yield null;
                            }
                            case "onUpcallFailure" -> null;
                            case "end" -> Optional.empty();
                            case "mappedFiles" -> throw new UnsupportedOperationException();
                            default -> method.invoke(memory, arguments);
                        };
        ends.observe(
                new GuestRuntime(
                        (IsolatedGuest)
                                Proxy.newProxyInstance(
                                        IsolatedGuest.class.getClassLoader(),
                                        new Class<?>[] {IsolatedGuest.class},
                                        answers)));
        return observer.get();
    }

    /** A destructor that the guest forgot, once it had returned, may have crashed. */
    @Test
    void aCrashOfAnotherSignalIsNotTakenForTheEnd() {
        CrashObserver observer = observe();
        observer.crashed(crashAt(0x7000, 0x7000));
        String killed = "the guest crashed with signal 9: the state is as after the last line";
        assertTold(killed, new GuestEnd.Crashed(9, ExecutorAddress.NULL), Work.NONE, 0);
        String crashed = "the guest crashed with signal 11: the state is as after the last line";
        assertTold(crashed, CRASH, Work.NONE, 0);
    }

    private static CrashedThread crashAt(long pc, long address) {
        return crash(11, pc, address);
    }

    private static CrashedThread crash(int signal, long pc, long address) {
        return new CrashedThread(
                signal,
                1,
                Optional.of(new ExecutorAddress(address)),
                1,
                new ExecutorAddress(pc),
                new ExecutorAddress(0x7000),
                List.of());
    }

    private String told(GuestEnd end, Work during) {
        ends.survived(end, during, 0).run();
        return log.removeFirst();
    }

    /** Whether the memory there has been the controller's is not known. */
    @Test
    void aThreadWithoutCodeIsToldOfWithTheStateIfNoWorkHasEnded() {
        CrashObserver observer = observe();
        String withoutCode = "a thread went on where there is no code";
        observer.crashed(crashAt(0x5000, 0x5000));
        String first = told(CRASH, Work.NONE);
        assertTrue(first.contains(withoutCode), first);
        assertTrue(first.endsWith(": the state is as after the last line"), first);
        assertFalse(told(CRASH, Work.NONE).contains(withoutCode), "the crash has been told");
        observer.crashed(crashAt(0x5000, 0x5000));
        assertFalse(told(CRASH, Work.LINE).contains(withoutCode));
        observer.crashed(crashAt(0x5000, 0x6000));
        assertFalse(told(CRASH, Work.NONE).contains(withoutCode), "it is about data");
        observer.crashed(crash(4, 0x5000, 0x5000));
        assertFalse(told(CRASH, Work.NONE).contains(withoutCode), "an instruction");
        observer.crashed(crashAt(0x5000, 0x5000));
        assertEquals(
                "the guest exited with status 3: the state is as after the last line",
                told(EXIT, Work.NONE));
    }
}
