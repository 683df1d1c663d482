package dev.orcinus.executor.orcrt.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.executor.TestSession;
import dev.orcinus.executor.TestSession.Frame;
import dev.orcinus.executor.orcrt.core.Layout;
import dev.orcinus.executor.orcrt.core.RuntimeImage;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests with a controller that has linked the archive. */
@Timeout(60)
final class ElfNixPlatformTest {
    private static final ExecutorAddress PLATFORM = new ExecutorAddress(0x100);
    private static final ExecutorAddress MAIN = new ExecutorAddress(0x200);

    @BeforeAll
    static void requireProcessor() {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the archive is for x86-64");
    }

    /** The archive's code in a session. */
    private record Linked(TestSession session, ExecutorAddress base, RuntimeImage image) {
        static Linked into(TestSession session) throws Exception {
            ExecutorAddress base = session.reserve(0x1000);
            RuntimeImage image =
                    RuntimeImage.link(
                                    new ElfNixRuntime(),
                                    "amd64",
                                    base,
                                    session.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_ctx"),
                                    imports(session))
                            .orElseThrow();
            return new Linked(session, base, image);
        }

        private static Map<String, ExecutorAddress> imports(TestSession session) throws Exception {
            byte[] opened =
                    session.call(
                            TestSession.DYLIBS + "open_wrapper",
                            session.of(TestSession.DYLIBS).writeString("").writeLong(0));
            ExecutorAddress process = TestSession.value(Sps.ADDRESS, opened);
            byte[] names =
                    LookupElement.SET_CODEC.encode(
                            RuntimeImage.imports().stream()
                                    .map(name -> new LookupElement(name, true))
                                    .toList());
            byte[] found =
                    session.call(
                            TestSession.DYLIBS + "resolve_wrapper",
                            session.of(TestSession.DYLIBS).writeAddress(process).writeBytes(names));
            SpsReader in = TestSession.reader(found);
            in.readBoolean();
            in.readLong();
            Map<String, ExecutorAddress> addresses = new HashMap<>();
            for (String name : RuntimeImage.imports()) {
                assertTrue(in.readBoolean(), name);
                addresses.put(name, in.readAddress());
            }
            return addresses;
        }

        byte[] load(byte[] code, AllocActionCallPair... actions) throws Exception {
            return session.initialize(
                    List.of(session.segment(MemProt.READ_EXEC, base, code)), actions);
        }

        /** Bootstraps a platform, and registers the dylib {@code main}. */
        Linked ready() throws Exception {
            load(image.bytes());
            call("__orc_rt_elfnix_platform_bootstrap", new SpsWriter().writeAddress(PLATFORM));
            byte[] registered =
                    call(
                            "__orc_rt_elfnix_register_jitdylib",
                            new SpsWriter().writeString("main").writeAddress(MAIN));
            assertArrayEquals(new byte[1], registered);
            return this;
        }

        byte[] call(String symbol, SpsWriter arguments) throws Exception {
            return session.call(image.address(symbol), arguments.toBytes());
        }

        /**
         * Opens {@code main}, with this result for the call for initializers; returns the handle.
         */
        ExecutorAddress open(byte[] answer) throws Exception {
            session.send(
                    image.address("__orc_rt_jit_dlopen_wrapper"),
                    new SpsWriter().writeString("main").writeInt(1).toBytes());
            Frame question = session.receive();
            assertEquals(Opcode.CALL_WRAPPER, question.header().opcode());
            assertEquals(
                    image.address("__orc_rt_elfnix_push_initializers_tag"),
                    question.header().tag());
            assertEquals(MAIN, question.as(Sps.ADDRESS));
            session.send(
                    new FrameHeader(
                            answer.length,
                            Opcode.RESULT,
                            question.header().sequence(),
                            ExecutorAddress.NULL),
                    answer);
            return session.receive().as(Sps.ADDRESS);
        }

        String lastError() throws Exception {
            return Sps.STRING.read(
                    TestSession.reader(call("__orc_rt_jit_dlerror_wrapper", new SpsWriter())));
        }
    }

    private static byte[] noInitializers() {
        return new SpsWriter()
                .writeBoolean(true)
                .writeLong(1)
                .writeAddress(MAIN)
                .writeLong(0)
                .toBytes();
    }

    @Test
    void aDylibIsOpenedUnderItsNameAndClosedByItsHandle() throws Exception {
        try (TestSession session = new TestSession()) {
            Linked linked = Linked.into(session).ready();
            assertEquals(MAIN, linked.open(noInitializers()));
            SpsWriter handle = new SpsWriter().writeAddress(MAIN);
            assertArrayEquals(new byte[4], linked.call("__orc_rt_jit_dlclose_wrapper", handle));
            assertEquals("", linked.lastError());
            byte[] again = linked.call("__orc_rt_jit_dlclose_wrapper", handle);
            assertArrayEquals(new byte[] {-1, -1, -1, -1}, again);
            assertEquals("'main' (0x200) is not open", linked.lastError());
            assertEquals("", linked.lastError(), "it has been taken");
        }
    }

    @Test
    void aControllerThatCannotLinkMakesOpeningFail() throws Exception {
        try (TestSession session = new TestSession()) {
            Linked linked = Linked.into(session).ready();
            byte[] refusal =
                    new SpsWriter().writeBoolean(false).writeString("Symbols not found").toBytes();
            assertEquals(ExecutorAddress.NULL, linked.open(refusal));
            assertEquals("Symbols not found", linked.lastError());
            assertEquals(ExecutorAddress.NULL, linked.open(new byte[0]), "no answer at all");
            assertTrue(
                    linked.lastError().startsWith("__orc_rt_elfnix_push_initializers_tag: "),
                    "says which question");
            assertEquals(MAIN, linked.open(noInitializers()));
        }
    }

    @Test
    void anArchiveOfAnotherVersionIsRefusedWithASentence() throws Exception {
        try (TestSession session = new TestSession()) {
            Linked linked = Linked.into(session);
            byte[] code = linked.image.bytes().clone();
            code[Layout.MARKED]++;
            WrapperFunctionCall bootstrap =
                    new WrapperFunctionCall(
                            linked.image.address("__orc_rt_elfnix_platform_bootstrap"),
                            Sps.ADDRESS.encode(PLATFORM));
            WrapperFunctionCall none = new WrapperFunctionCall(ExecutorAddress.NULL, new byte[0]);
            String failure =
                    TestSession.failure(
                            linked.load(code, new AllocActionCallPair(bootstrap, none)));
            assertTrue(failure.contains("not of this version of Orcinus"), failure);
        }
    }

    /** Cuts the arguments of each wrapper function at each byte. */
    @Test
    void argumentsThatDoNotDecodeSpoilTheirCallOnly() throws Exception {
        try (TestSession session = new TestSession()) {
            Linked linked = Linked.into(session).ready();
            for (Map.Entry<ElfNixEntry, byte[]> arguments : arguments().entrySet()) {
                String symbol = arguments.getKey().symbol();
                for (int size = 0; size < arguments.getValue().length; size++) {
                    byte[] cut = Arrays.copyOf(arguments.getValue(), size);
                    byte[] result = session.call(linked.image.address(symbol), cut);
                    assertEquals(0, result.length, symbol + " with " + size + " bytes");
                }
            }
            assertEquals(MAIN, linked.open(noInitializers()));
        }
    }

    private static Map<ElfNixEntry, byte[]> arguments() {
        byte[] handle = Sps.ADDRESS.encode(MAIN);
        byte[] ranges =
                new SpsWriter().writeAddress(MAIN).writeLong(1).writeLong(1).writeLong(2).toBytes();
        byte[] objects =
                new SpsWriter().writeLong(0).writeLong(0).writeLong(0).writeLong(0).toBytes();
        return Map.ofEntries(
                Map.entry(ElfNixEntry.PLATFORM_BOOTSTRAP, handle),
                Map.entry(
                        ElfNixEntry.REGISTER_JITDYLIB,
                        new SpsWriter().writeString("x").writeAddress(MAIN).toBytes()),
                Map.entry(ElfNixEntry.DEREGISTER_JITDYLIB, handle),
                Map.entry(ElfNixEntry.REGISTER_OBJECT_SECTIONS, objects),
                Map.entry(ElfNixEntry.DEREGISTER_OBJECT_SECTIONS, objects),
                Map.entry(ElfNixEntry.REGISTER_INIT_SECTIONS, ranges),
                Map.entry(ElfNixEntry.DEREGISTER_INIT_SECTIONS, ranges),
                Map.entry(ElfNixEntry.REGISTER_FINI_SECTIONS, ranges),
                Map.entry(ElfNixEntry.DEREGISTER_FINI_SECTIONS, ranges),
                Map.entry(
                        ElfNixEntry.RUN_PROGRAM_WRAPPER,
                        new SpsWriter().writeString("m").writeString("e").writeLong(0).toBytes()),
                Map.entry(
                        ElfNixEntry.DLOPEN_WRAPPER,
                        new SpsWriter().writeString("m").writeInt(1).toBytes()),
                Map.entry(ElfNixEntry.DLUPDATE_WRAPPER, handle),
                Map.entry(ElfNixEntry.DLCLOSE_WRAPPER, handle));
    }

    @Test
    void keysAreNeverTheSame() throws Exception {
        try (TestSession session = new TestSession()) {
            Linked linked = Linked.into(session).ready();
            byte[] one = linked.call("__orc_rt_elfnix_create_pthread_key", new SpsWriter());
            byte[] two = linked.call("__orc_rt_elfnix_create_pthread_key", new SpsWriter());
            assertNotEquals(
                    TestSession.value(Sps.ADDRESS, one), TestSession.value(Sps.ADDRESS, two));
        }
    }

    @Test
    void eachSessionOfAProcessHasDylibsOfItsOwn() throws Exception {
        try (TestSession second = new TestSession()) {
            Linked other = Linked.into(second).ready();
            try (TestSession first = new TestSession()) {
                assertEquals(MAIN, Linked.into(first).ready().open(noInitializers()));
                assertEquals(Optional.empty(), first.leave().failure());
            }
            assertEquals(MAIN, other.open(noInitializers()));
        }
    }

    @Test
    void whatIsReleasedIsServedNoMore() throws Exception {
        try (TestSession session = new TestSession()) {
            Linked linked = Linked.into(session).ready();
            byte[] released =
                    session.call(
                            TestSession.MEMORY + "release_wrapper",
                            session.of(TestSession.MEMORY).writeLong(1).writeAddress(linked.base));
            assertEquals("", TestSession.error(released));
            byte[] result =
                    linked.call("__orc_rt_jit_dlclose_wrapper", new SpsWriter().writeAddress(MAIN));
            assertEquals(0, result.length, "an out-of-band error");
            assertTrue(
                    TestSession.log().getLast().contains("no executable memory"),
                    TestSession.log()::toString);
        }
    }

    @Test
    void aLineThatEndsWhileADylibIsOpenedEndsTheSession() throws Exception {
        try (TestSession session = new TestSession()) {
            Linked linked = Linked.into(session).ready();
            session.send(
                    linked.image.address("__orc_rt_jit_dlopen_wrapper"),
                    new SpsWriter().writeString("main").writeInt(1).toBytes());
            session.receive();
            session.shutdownOutput();
            assertEquals(Optional.empty(), session.awaitEnd().failure());
        }
    }
}
