package dev.orcinus.executor.orcrt.macho;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.executor.TestSession;
import dev.orcinus.executor.TestSession.Frame;
import dev.orcinus.executor.orcrt.core.RuntimeImage;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with a controller that has linked the Mach-O archive. */
@Timeout(60)
final class MachOPlatformTest {
    private static final ExecutorAddress MAIN = new ExecutorAddress(0x200);
    private static final String PREFIX = "__orc_rt_macho_";
    private static final long PAGE = 0x1000;

    private TestSession session;
    private ExecutorAddress base;
    private RuntimeImage image;

    /** Links the archive's code onto the first page, and names of symbols onto the second. */
    @BeforeEach
    void link() throws Exception {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the archive is for x86-64");
        session = new TestSession(TestSession.APPLE);
        base = session.reserve(2 * PAGE);
        image =
                RuntimeImage.link(
                                new MachORuntime(),
                                "amd64",
                                base,
                                session.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_ctx"),
                                imports())
                        .orElseThrow();
        byte[] names = "_first\0_second\0".getBytes(StandardCharsets.US_ASCII);
        session.initialize(
                List.of(
                        session.segment(MemProt.READ_EXEC, base, image.bytes()),
                        session.segment(MemProt.READ_WRITE, base.plus(PAGE), names)));
        assertArrayEquals(new byte[1], call("platform_bootstrap", new SpsWriter()));
        SpsWriter main = new SpsWriter().writeString("main").writeAddress(MAIN);
        assertArrayEquals(new byte[1], call("register_jitdylib", main));
    }

    @AfterEach
    void leave() throws Exception {
        if (session != null) {
            session.close();
        }
    }

    private Map<String, ExecutorAddress> imports() throws Exception {
        byte[] opened =
                session.call(
                        TestSession.DYLIBS + "open_wrapper",
                        session.of(TestSession.DYLIBS).writeString("").writeLong(0));
        byte[] names =
                LookupElement.SET_CODEC.encode(
                        RuntimeImage.imports().stream()
                                .map(name -> new LookupElement("_" + name, true))
                                .toList());
        SpsReader in =
                TestSession.reader(
                        session.call(
                                TestSession.DYLIBS + "resolve_wrapper",
                                session.of(TestSession.DYLIBS)
                                        .writeAddress(TestSession.value(Sps.ADDRESS, opened))
                                        .writeBytes(names)));
        in.readBoolean();
        in.readLong();
        Map<String, ExecutorAddress> addresses = new HashMap<>();
        for (String name : RuntimeImage.imports()) {
            assertTrue(in.readBoolean(), name);
            addresses.put(name, in.readAddress());
        }
        return addresses;
    }

    private byte[] call(String function, SpsWriter arguments) throws Exception {
        return session.call(image.address(PREFIX + function), arguments.toBytes());
    }

    private static SpsWriter sections(String name, ExecutorAddress start, long sizeBytes) {
        return new SpsWriter()
                .writeAddress(MAIN)
                .writeBoolean(false)
                .writeLong(1)
                .writeString(name)
                .writeAddress(start)
                .writeAddress(start.plus(sizeBytes));
    }

    /** Arguments that register {@code _first} at 0x11 and {@code _second} at 0x22. */
    private SpsWriter symbols() {
        ExecutorAddress names = base.plus(PAGE);
        return new SpsWriter()
                .writeAddress(MAIN)
                .writeLong(2)
                .writeAddress(names)
                .writeLong(0x11)
                .writeByte((byte) 0)
                .writeAddress(names.plus(7))
                .writeLong(0x22)
                .writeByte((byte) 3);
    }

    private void send(String function, SpsWriter arguments) throws Exception {
        session.send(image.address(function), arguments.toBytes());
    }

    private void answer(Frame question, byte[] payload) throws Exception {
        long sequence = question.header().sequence();
        session.send(
                new FrameHeader(payload.length, Opcode.RESULT, sequence, ExecutorAddress.NULL),
                payload);
    }

    /** The answer for a sealed dylib without dependencies. */
    private static byte[] noInitializers() {
        return new SpsWriter()
                .writeBoolean(true)
                .writeLong(1)
                .writeAddress(MAIN)
                .writeBoolean(true)
                .writeLong(0)
                .toBytes();
    }

    private ExecutorAddress open() throws Exception {
        send("__orc_rt_jit_dlopen_wrapper", new SpsWriter().writeString("main").writeInt(1));
        Frame question = session.receive();
        assertEquals(image.address(PREFIX + "push_initializers_tag"), question.header().tag());
        assertEquals(MAIN, question.as(Sps.ADDRESS));
        answer(question, noInitializers());
        return session.receive().as(Sps.ADDRESS);
    }

    private void runProgram(String function) throws Exception {
        send(
                "__orc_rt_run_program_wrapper",
                new SpsWriter().writeString("main").writeString(function).writeLong(0));
        answer(session.receive(), noInitializers());
    }

    @Test
    void theSetupMessageSaysThatThisIsAMac() {
        assertEquals("x86_64-apple-macosx13", session.setup().triple().text());
        assertEquals(
                session.symbol("orc_rt_alt_UnwindInfoManager_register"),
                session.symbol("_orc_rt_ci_aa_sps_MachOUnwindInfoRegistrar_registerSections"));
        assertEquals(
                session.symbol("llvm_orc_registerEHFrameAllocAction"),
                session.symbol("_llvm_orc_registerEHFrameAllocAction"));
    }

    /** Of the unwind info, the DWARF section is registered; compact unwind info is ignored. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "orc_rt_alt_UnwindInfoManager_",
                "orc_rt_ci_aa_sps_MachOUnwindInfoRegistrar_"
            })
    void unwindInfoIsRegisteredOnce(String prefix) throws Exception {
        byte[] cie = HexFormat.of().parseHex("100000000000000001000178100c070890010000");
        ExecutorAddress section = session.reserve(PAGE);
        session.initialize(List.of(session.segment(MemProt.READ, section, cie)));
        SpsWriter code = new SpsWriter().writeLong(1).writeAddress(base).writeAddress(base.plus(1));
        byte[] arguments =
                new SpsWriter()
                        .writeBytes(code.toBytes())
                        .writeAddress(base)
                        .writeAddress(section)
                        .writeAddress(section.plus(cie.length))
                        .writeAddress(new ExecutorAddress(8))
                        .writeAddress(new ExecutorAddress(16))
                        .toBytes();
        String register = prefix.endsWith("Manager_") ? "register" : "registerSections";
        ExecutorAddress function = session.symbol(prefix + register);
        assertArrayEquals(new byte[1], session.call(function, arguments));
        assertEquals(
                ".eh_frame at " + section + " is registered already",
                TestSession.error(session.call(function, arguments)));
        String deregister = prefix + "de" + register;
        assertArrayEquals(new byte[1], session.call(deregister, code));
    }

    @Test
    void aDylibIsOpenedUnderItsName() throws Exception {
        assertEquals(MAIN, open());
    }

    /** The controller is asked for a symbol that is not linked yet, by its linker's name. */
    @Test
    void symbolsThatAreNotRegisteredAreAskedFor() throws Exception {
        assertArrayEquals(new byte[1], call("register_object_symbol_table", symbols()));
        runProgram("third");
        Frame question = session.receive();
        assertEquals(image.address(PREFIX + "push_symbols_tag"), question.header().tag());
        byte[] wanted =
                new SpsWriter()
                        .writeAddress(MAIN)
                        .writeLong(1)
                        .writeString("_third")
                        .writeBoolean(true)
                        .toBytes();
        assertArrayEquals(wanted, question.payload());
        answer(question, new SpsWriter().writeBoolean(true).writeString("no third").toBytes());
        assertEquals(-1L, session.receive().as(Sps.UINT64));
        assertTrue(TestSession.log().contains("no third"), TestSession.log()::toString);
    }

    /** No code is at the addresses, so that the program fails with the address that it has. */
    @Test
    void registeredSymbolsAreFoundUntilTheyAreTakenBack() throws Exception {
        call("register_object_symbol_table", symbols());
        runProgram("second");
        assertEquals(-1L, session.receive().as(Sps.UINT64));
        assertTrue(TestSession.log().getLast().contains("0x22"), TestSession.log()::toString);
        assertArrayEquals(new byte[1], call("deregister_object_symbol_table", symbols()));
        runProgram("second");
        Frame question = session.receive();
        assertEquals(image.address(PREFIX + "push_symbols_tag"), question.header().tag());
        answer(question, new byte[1]);
        assertEquals(-1L, session.receive().as(Sps.UINT64));
        assertTrue(TestSession.log().getLast().contains("has no second"));
    }

    @Test
    void unknownSectionsAreRefusedByName() throws Exception {
        for (String name : List.of("__DATA,__nothing", "__TEXT,__text")) {
            byte[] refused =
                    call("register_object_platform_sections", sections(name, base, Long.BYTES));
            assertEquals("the platform knows no section " + name, TestSession.error(refused));
        }
        byte[] refused =
                call(
                        "register_object_platform_sections",
                        sections("__llvm_jitlink_ObjCRuntimeRegistrationObject", base, 8));
        assertTrue(TestSession.error(refused).contains("Objective-C or Swift"));
    }

    @Test
    void callsAreMadeUpToTheFirstThatFails() throws Exception {
        ExecutorAddress register = image.address(PREFIX + "register_jitdylib");
        SpsWriter calls = new SpsWriter().writeLong(3);
        for (String name : List.of("one", "main", "two")) {
            byte[] arguments =
                    new SpsWriter().writeString(name).writeLong(name.hashCode()).toBytes();
            calls.writeAddress(register).writeBlob(arguments);
        }
        byte[] failed = call("run_wrapper_function_calls", calls);
        assertTrue(TestSession.error(failed).contains("'main'"), TestSession.error(failed));
        SpsWriter two = new SpsWriter().writeString("two").writeLong(7);
        assertArrayEquals(new byte[1], call("register_jitdylib", two), "'two' was not reached");
    }

    /** Cuts the arguments of each wrapper function at each byte. */
    @Test
    void argumentsThatDoNotDecodeSpoilTheirCallOnly() throws Exception {
        for (Map.Entry<String, byte[]> function : arguments().entrySet()) {
            for (int size = 0; size < function.getValue().length; size++) {
                byte[] cut = Arrays.copyOf(function.getValue(), size);
                byte[] result = session.call(image.address(PREFIX + function.getKey()), cut);
                assertEquals(0, result.length, function.getKey() + " with " + size + " bytes");
            }
        }
        assertEquals(MAIN, open());
    }

    private Map<String, byte[]> arguments() {
        byte[] sections = sections("__DATA,__data", base, Long.BYTES).toBytes();
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("register_jitdylib", new SpsWriter().writeString("x").writeLong(1).toBytes());
        all.put("deregister_jitdylib", Sps.ADDRESS.encode(MAIN));
        all.put("register_object_platform_sections", sections);
        all.put("deregister_object_platform_sections", sections);
        all.put("register_object_symbol_table", symbols().toBytes());
        all.put("deregister_object_symbol_table", symbols().toBytes());
        all.put(
                "run_wrapper_function_calls",
                new SpsWriter().writeLong(1).writeLong(1).writeBlob(new byte[2]).toBytes());
        return all;
    }
}
