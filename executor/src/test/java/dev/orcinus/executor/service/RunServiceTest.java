package dev.orcinus.executor.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.executor.TestSession;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of many functions in one call. Another test, with linked code, checks their order. */
final class RunServiceTest {
    private static final String CALL_FUNCTIONS = "orcinus_call_functions";
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);
    private static final SpsCodec<List<String>> STRINGS = SpsCodec.sequence(Sps.STRING);

    private TestSession session;

    @BeforeEach
    void enter() throws Exception {
        session = new TestSession();
    }

    @AfterEach
    void leave() throws Exception {
        session.close();
    }

    private static ExecutorAddress getpid() {
        GuestLibraries libraries = TestSession.GUEST.libraries();
        return libraries.find(libraries.process(), "getpid").orElseThrow();
    }

    private Optional<String> call(List<ExecutorAddress> functions) throws Exception {
        return call(functions, List.of());
    }

    private Optional<String> call(List<ExecutorAddress> functions, List<String> arguments)
            throws Exception {
        byte[] request = encode(functions, arguments);
        byte[] result = session.call(CALL_FUNCTIONS, new SpsWriter().writeBytes(request));
        return Sps.ERROR.read(new SpsReader(MemorySegment.ofArray(result)));
    }

    private static byte[] encode(List<ExecutorAddress> functions, List<String> arguments) {
        SpsWriter out = new SpsWriter();
        ADDRESSES.write(out, functions);
        STRINGS.write(out, arguments);
        return out.toBytes();
    }

    @Test
    void noneAndMany() throws Exception {
        assertEquals(Optional.empty(), call(List.of()));
        assertEquals(Optional.empty(), call(List.of(getpid(), getpid(), getpid())));
        assertEquals(Optional.empty(), call(List.of(getpid()), List.of("program", "argument")));
    }

    @Test
    void whatIsNoCodeIsNotCalled() throws Exception {
        assertEquals(
                Optional.of("cannot run 0x10: no executable memory there"),
                call(List.of(getpid(), new ExecutorAddress(0x10))));
        assertEquals(
                Optional.of("cannot run 0x0: no executable memory there"),
                call(List.of(ExecutorAddress.NULL, getpid())));
    }

    @Test
    void argumentsThatEndEarlyAreRefused() throws Exception {
        byte[] whole = encode(List.of(getpid()), List.of("program"));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            byte[] answer = session.call(CALL_FUNCTIONS, new SpsWriter().writeBytes(part));
            assertEquals(0, answer.length, "an out-of-band error for " + length + " bytes");
        }
    }
}
