package dev.orcinus.executor.service;

import static dev.orcinus.executor.TestSession.DYLIBS;
import static dev.orcinus.executor.TestSession.GUEST;
import static dev.orcinus.executor.TestSession.failure;
import static dev.orcinus.executor.TestSession.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.TestSession;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.SymbolDef;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DylibServiceTest {
    private static final SpsCodec<List<SymbolDef>> DEFS = SpsCodec.sequence(SymbolDef.CODEC);
    private static final SpsCodec<List<Optional<SymbolDef>>> OPTIONAL_DEFS =
            SpsCodec.sequence(SpsCodec.optional(SymbolDef.CODEC));
    private static final SpsCodec<List<Optional<ExecutorAddress>>> OPTIONAL_ADDRESSES =
            SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS));

    private static final LookupElement PRINTF = new LookupElement("printf", true);
    private static final LookupElement WEAK = new LookupElement("no_such_weak", false);
    private static final LookupElement MISSING = new LookupElement("no_such_function", true);
    private static final LookupElement MISSING_TOO = new LookupElement("no_such_other", true);

    private TestSession session;
    private ExecutorAddress process;

    @BeforeEach
    void start() throws Exception {
        session = new TestSession();
        process = value(Sps.ADDRESS, open("", 0));
    }

    @AfterEach
    void leave() throws Exception {
        session.close();
    }

    private byte[] open(String path, long mode) throws Exception {
        return session.call(
                DYLIBS + "open_wrapper", session.of(DYLIBS).writeString(path).writeLong(mode));
    }

    private static byte[] set(LookupElement... elements) {
        return LookupElement.SET_CODEC.encode(List.of(elements));
    }

    private byte[] lookup(ExecutorAddress handle, LookupElement... elements) throws Exception {
        return session.call(
                DYLIBS + "lookup_wrapper",
                session.of(DYLIBS).writeAddress(handle).writeBytes(set(elements)));
    }

    /** Calls {@code resolve} in the form of LLVM 21 and 22. */
    private byte[] resolve(ExecutorAddress handle, LookupElement... elements) throws Exception {
        return session.call(
                DYLIBS + "resolve_wrapper",
                new SpsWriter().writeAddress(handle).writeBytes(set(elements)));
    }

    /** Calls {@code resolve} in the form of LLVM 23. */
    private byte[] resolve23(ExecutorAddress handle, LookupElement... elements) throws Exception {
        return session.call(
                DYLIBS + "resolve_wrapper",
                session.of(DYLIBS).writeAddress(handle).writeBytes(set(elements)));
    }

    private static ExecutorAddress printf() {
        return GUEST.libraries().find(GUEST.libraries().process(), "printf").orElseThrow();
    }

    @Test
    void theOldestLookupAnswersDefinitions() throws Exception {
        assertEquals(
                List.of(SymbolDef.exported(printf()), SymbolDef.exported(ExecutorAddress.NULL)),
                value(DEFS, lookup(process, PRINTF, WEAK)));
        assertEquals(List.of(), value(DEFS, lookup(process)));
    }

    @Test
    void theOldestLookupNamesAllThatIsMissing() throws Exception {
        assertEquals(
                "Missing definition for no_such_function, no_such_other",
                failure(lookup(process, MISSING, PRINTF, WEAK, MISSING_TOO)));
    }

    @Test
    void llvm22ResolvesToDefinitionsOfWhichMissingOnesAreAbsent() throws Exception {
        assertEquals(
                List.of(
                        Optional.of(SymbolDef.exported(printf())),
                        Optional.empty(),
                        Optional.of(SymbolDef.exported(ExecutorAddress.NULL))),
                value(OPTIONAL_DEFS, resolve(process, PRINTF, MISSING, WEAK)));
    }

    @Test
    void llvm23ResolvesToAddressesOfWhichMissingOnesAreAbsent() throws Exception {
        assertEquals(
                List.of(Optional.of(printf()), Optional.empty(), Optional.of(ExecutorAddress.NULL)),
                value(OPTIONAL_ADDRESSES, resolve23(process, PRINTF, MISSING, WEAK)));
    }

    @Test
    void theNamesThatLlvmExpectsOfAnExecutorAreOurs() throws Exception {
        LookupElement debugger =
                new LookupElement("llvm_orc_registerJITLoaderGDBAllocAction", true);
        LookupElement unwinder = new LookupElement("__register_frame", true);
        LookupElement exceptions = new LookupElement("__cxa_throw", true);
        List<Optional<ExecutorAddress>> found =
                value(OPTIONAL_ADDRESSES, resolve23(process, debugger, unwinder, exceptions));
        assertEquals(
                Optional.of(session.symbol("llvm_orc_registerJITLoaderGDBAllocAction")),
                found.get(0));
        Optional<ExecutorAddress> theirs =
                GUEST.libraries().find(GUEST.libraries().process(), "__register_frame");
        assertTrue(found.get(1).isPresent());
        assertFalse(found.get(1).equals(theirs), "must be undone with the memory");
        assertTrue(found.get(2).isPresent(), "the C++ runtime is there");
    }

    @Test
    void librariesAreOpenedByNameAndSearchedAlone() throws Exception {
        ExecutorAddress math = value(Sps.ADDRESS, open("libm.so.6", 0));
        LookupElement cosine = new LookupElement("cos", true);
        assertFalse(value(DEFS, lookup(math, cosine)).getFirst().address().isNull());
        LookupElement ours = new LookupElement("llvm_orc_registerJITLoaderGDBAllocAction", true);
        assertEquals(List.of(Optional.empty()), value(OPTIONAL_ADDRESSES, resolve23(math, ours)));
    }

    @Test
    void aLibraryThatIsNotThereIsAnErrorWithItsName() throws Exception {
        String failure = failure(open("/no/such/libnothing.so", 0));
        assertTrue(failure.contains("/no/such/libnothing.so"), failure);
        assertTrue(failure.contains("No such file or directory"), failure);
    }

    @Test
    void modesAreNotSupportedAsInLlvm() throws Exception {
        assertEquals("open: non-zero mode bits not yet supported", failure(open("", 1)));
    }

    @Test
    void aHandleThatWasNotGivenOutIsRefused() throws Exception {
        for (ExecutorAddress handle :
                List.of(ExecutorAddress.NULL, new ExecutorAddress(1), process.plus(8))) {
            String expected = "no library has the handle " + handle + " in this session";
            assertEquals(expected, failure(lookup(handle, PRINTF)));
            assertEquals(expected, failure(resolve(handle, PRINTF)));
            assertEquals(expected, failure(resolve23(handle, PRINTF)));
        }
    }

    @Test
    void aHandleOfAnotherSessionIsRefused() throws Exception {
        ExecutorAddress math = value(Sps.ADDRESS, open("libm.so.6", 0));
        session.close();
        session = new TestSession();
        assertTrue(failure(lookup(math, PRINTF)).startsWith("no library has the handle"));
    }

    @Test
    void anotherInstanceIsRefused() throws Exception {
        SpsWriter arguments = session.of(TestSession.MEMORY).writeString("").writeLong(0);
        assertArrayEquals(new byte[0], session.call(DYLIBS + "open_wrapper", arguments));
        assertTrue(
                TestSession.log().getLast().contains("is not the one of the Setup message"),
                TestSession.log().toString());
    }

    @Test
    void aNameThatIsNoTextIsRefused() throws Exception {
        SpsWriter arguments =
                session.of(DYLIBS)
                        .writeAddress(process)
                        .writeLong(1)
                        .writeBlob(new byte[] {(byte) 0xc0})
                        .writeBoolean(true);
        assertArrayEquals(new byte[0], session.call(DYLIBS + "lookup_wrapper", arguments));
    }
}
