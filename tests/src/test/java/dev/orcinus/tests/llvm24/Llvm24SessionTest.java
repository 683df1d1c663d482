package dev.orcinus.tests.llvm24;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Memory;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.executor.Leftovers;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole sessions with a controller of LLVM 24, as its {@code llvm-jitlink} has them. */
@Timeout(180)
final class Llvm24SessionTest {
    private static final String MACOS = "-apple-macosx13";
    private static final int SLOT_BYTES = 16;
    private static final int TWICE = 0;
    private static final int ANSWER = 1;
    private static final int CALL_BACK_AND_PRINT_ERROR = 3;
    private static final ExecutorAddress NO_CODE = new ExecutorAddress(0x30);

    @TempDir Path folder;

    private static WrapperFunctionCall action(
            Llvm24Controller controller, String name, AddressRange range) {
        return new WrapperFunctionCall(
                controller.symbol("orc_rt_ci_aa_sps_" + name), Sps.RANGE.encode(range));
    }

    /** Loads the guest's functions with an action of each kind; returns their address. */
    private static ExecutorAddress load(Llvm24Controller controller) throws Exception {
        byte[] code = Files.readAllBytes(Fixtures.get("guest.bin"));
        long page = controller.setup().pageSizeBytes();
        ExecutorAddress base = controller.reserve(2 * page);
        AddressRange object = AddressRange.of(base.plus(page), 64);
        controller.initialize(Memory.request(MemProt.READ, base.plus(page), page, new byte[64]));
        AllocActionCallPair debugObject =
                new AllocActionCallPair(
                        action(controller, "GDBJITRegistrar_register", object),
                        action(controller, "GDBJITRegistrar_deregister", object));
        AllocActionCallPair unwindInfo =
                new AllocActionCallPair(
                        action(controller, "DWARFEHFrameRegistrar_registerSection", object),
                        action(controller, "DWARFEHFrameRegistrar_deregisterSection", object));
        assertEquals(
                base,
                controller.initialize(
                        Memory.request(
                                MemProt.READ_EXEC, base, page, code, debugObject, unwindInfo)));
        return base;
    }

    private static SpsWriter at(ExecutorAddress base, int function) {
        return new SpsWriter().writeAddress(base.plus((long) function * SLOT_BYTES));
    }

    private static void assertEnds(int status, String errors, StartForm.Session session)
            throws InterruptedException {
        Finished end = session.program().finish();
        assertEquals(status, end.status(), end::toString);
        assertEquals(session.greeting() + errors, end.errors());
        Leftovers.assertNone(session.program().pid());
    }

    @ParameterizedTest
    @EnumSource
    void aProgramIsLoadedAndRun(StartForm form) throws Exception {
        try (StartForm.Session session = form.open(folder)) {
            Llvm24Controller controller = session.controller();
            ExecutorAddress process = controller.process();
            assertTrue(!controller.processSymbol(process, "printf").isNull());
            ExecutorAddress base = load(controller);
            byte[] status =
                    controller.call(
                            "sps_call_main", at(base, TWICE).writeLong(1).writeString("prog"));
            assertEquals(2, Llvm24Controller.reader(status).readLong());
            byte[] doubled = controller.call("sps_call_int32_int32", at(base, TWICE).writeInt(-21));
            assertEquals(-42, Llvm24Controller.reader(doubled).readInt());
            byte[] answer = controller.call("sps_call_int32_void", at(base, ANSWER));
            assertEquals(42, Llvm24Controller.reader(answer).readInt());
            assertEquals(0, controller.call("sps_call_void_void", at(base, ANSWER)).length);
            assertEquals(Optional.empty(), controller.deinitialize(base));
            assertEquals(Optional.empty(), controller.release(base));
            controller.disconnect();
            assertEnds(0, "", session);
        }
    }

    /** LLVM 24 looks for the names as linkers for the executor's target spell them. */
    @ParameterizedTest
    @EnumSource
    void anExecutorPresentsItselfAsAMac(StartForm form) throws Exception {
        String triple = HostProvider.current().guestInThisProcess().triple().arch() + MACOS;
        try (StartForm.Session session = form.open(folder, "--triple", triple)) {
            Llvm24Controller controller = session.controller();
            assertEquals(triple, controller.setup().triple().text());
            for (String name : List.of("sps_call_main", "SimpleNativeMemoryMap_Instance")) {
                assertEquals(
                        controller.symbol("orc_rt_ci_" + name),
                        controller.symbol("_orc_rt_ci_" + name));
            }
            String memory = "_orc_rt_ci_SimpleNativeMemoryMap_Instance";
            assertEquals(controller.symbol(memory), controller.instance(memory));
            ExecutorAddress process = controller.process();
            assertTrue(!controller.processSymbol(process, "_printf").isNull());
            controller.disconnect();
            assertEnds(0, "", session);
        }
    }

    /** {@code llvm-jitlink -lazy} needs all thirteen. */
    @ParameterizedTest
    @EnumSource
    void memoryIsReadAndWritten(StartForm form) throws Exception {
        try (StartForm.Session session = form.open(folder)) {
            Llvm24Controller controller = session.controller();
            for (String access : List.of("read", "write")) {
                for (int bits = Byte.SIZE; bits <= Long.SIZE; bits *= 2) {
                    controller.symbol("orc_rt_ci_sps_mem_" + access + "_uint" + bits + "s");
                }
                controller.symbol("orc_rt_ci_sps_mem_" + access + "_pointers");
                controller.symbol("orc_rt_ci_sps_mem_" + access + "_buffers");
            }
            controller.symbol("orc_rt_ci_sps_mem_read_strings");
            ExecutorAddress cell = controller.reserve(1);
            controller.write(cell, (byte) 1, (byte) 2, (byte) 3);
            assertArrayEquals(new byte[] {1, 2, 3, 0}, controller.read(AddressRange.of(cell, 4)));
            controller.disconnect();
            assertEnds(0, "", session);
        }
    }

    @Test
    void errorsOutOfBandHaveTextsInBothDirections() throws Exception {
        try (StartForm.Session session = StartForm.TCP_CONNECT.open(folder)) {
            Llvm24Controller controller = session.controller();
            ExecutorAddress base = load(controller);
            String refusal =
                    controller.callForError(
                            controller.symbol("orc_rt_ci_sps_call_int32_void"),
                            new SpsWriter().writeAddress(NO_CODE));
            assertEquals("cannot run 0x30: no executable memory there", refusal);
            assertEquals(
                    "call of wrapper function 0x30: no executable memory there",
                    controller.callForError(NO_CODE, new SpsWriter()));
            ExecutorAddress process = controller.process();
            SpsWriter callback =
                    new SpsWriter()
                            .writeAddress(
                                    controller.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_fn"))
                            .writeAddress(
                                    controller.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_ctx"))
                            .writeAddress(new ExecutorAddress(0x77))
                            .writeAddress(controller.processSymbol(process, "puts"))
                            .writeAddress(controller.processSymbol(process, "free"));
            ExecutorAddress printer = base.plus((long) CALL_BACK_AND_PRINT_ERROR * SLOT_BYTES);
            assertEquals(0, controller.call(printer, callback).length);
            controller.disconnect();
            Finished end = session.program().finish();
            assertEquals("No function registered for tag 0x77\n", end.output());
            assertEquals(0, end.status(), end::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aControllerThatDiesIsAFailure(StartForm form) throws Exception {
        try (StartForm.Session session = form.open(folder)) {
            session.controller()
                    .call("sps_call_int32_void", at(load(session.controller()), ANSWER));
            session.controller().close();
            assertEnds(
                    1, "orcinus: the controller has ended its line without a hang-up\n", session);
        }
    }

    @Test
    void aReasonIsPassedOn() throws Exception {
        try (StartForm.Session session = StartForm.TCP_LISTEN.open(folder)) {
            byte[] reason = Sps.ERROR.encode(Optional.of("out of paper"));
            session.controller().send(Opcode.HANGUP, 0, ExecutorAddress.NULL, reason);
            assertEnds(1, "orcinus: the controller has hung up: out of paper\n", session);
        }
    }

    @Test
    void aBrokenProtocolIsTold() throws Exception {
        try (StartForm.Session session = StartForm.TCP_CONNECT.open(folder)) {
            session.controller().send(Opcode.RESULT, 3, new ExecutorAddress(2), new byte[0]);
            String reason = session.controller().awaitHangup().orElseThrow();
            assertTrue(reason.startsWith("Unexpected TagAddr in result message"), reason);
            assertEquals(1, session.program().finish().status());
        }
    }

    @Test
    void aDescriptorThatIsNoSocketIsRefused() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" 7</dev/null", "sh"));
        command.addAll(ExecutorCommand.of("socket:adopt=7"));
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals(2, end.status(), end::toString);
            assertTrue(
                    end.errors().contains("socket:adopt=7: the descriptor is no socket"),
                    end::toString);
        }
    }
}
