package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.session.WrapperTable.Row;
import dev.orcinus.executor.session.WrapperTable.Scope;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WrapperTableTest {
    private final WrapperFunction first = (_, _) -> Answer.now(Replies.success());
    private final WrapperFunction second = (_, _) -> Answer.now(WrapperFunctionResult.EMPTY);
    private final List<WrapperFunction> entries = new ArrayList<>();
    private final FakeGuest guest = new FakeGuest();
    private WrapperTable table;

    @BeforeEach
    void makeTable() throws Exception {
        List<Row> rows =
                List.of(
                        new Row(Scope.BOOTSTRAP, "first", false, first),
                        new Row(Scope.BOTH, "first of LLVM 24", false, first),
                        new Row(Scope.PROCESS, "second", true, second));
        table =
                new WrapperTable(
                        guest,
                        PresentedTarget.of(guest),
                        rows,
                        Map.of("instance", first),
                        this::entry);
    }

    private ExportedFunction entry(WrapperFunction function) {
        entries.add(function);
        return ExportedFunction.wrapper(_ -> WrapperFunctionResult.EMPTY);
    }

    @Test
    void aFunctionHasOneAddressWhateverItsNames() {
        assertEquals(List.of(first, second), entries);
        ExecutorAddress address = table.bootstrapSymbols().get("first");
        assertEquals(address, table.bootstrapSymbols().get("first of LLVM 24"));
        assertEquals(address, table.bootstrapSymbols().get("instance"));
        assertSame(first, table.at(address));
        assertNotNull(guest.exportedAt(address));
        assertSame(second, table.at(table.processSymbol("second")));
        assertNotEquals(address, table.processSymbol("second"));
        assertNull(table.at(ExecutorAddress.NULL));
    }

    @Test
    void aNameIsWhereControllersLookForIt() {
        assertEquals(
                Set.of("first", "first of LLVM 24", "instance"), table.bootstrapSymbols().keySet());
        assertNull(table.processSymbol("first"));
        assertNull(table.processSymbol("instance"));
        assertEquals(
                table.bootstrapSymbols().get("first"), table.processSymbol("first of LLVM 24"));
    }

    @Test
    void registrationsAreMarked() {
        assertTrue(table.isRegistration(table.processSymbol("second")));
        assertFalse(table.isRegistration(table.bootstrapSymbols().get("first")));
        assertFalse(table.isRegistration(ExecutorAddress.NULL));
    }

    @Test
    void noControllerHasAHandlerAtAnAddressOfOurs() {
        assertEquals(table.bootstrapSymbols().get("first"), table.noHandler());
        assertEquals(PresentedTarget.of(guest), table.target());
    }

    /** What native code calls as an action runs guest code, unless the table says otherwise. */
    @Test
    void anOfferGoesBeforeTheTableInWhatItRegisters() {
        WrapperCalls calls = calls();
        ExecutorAddress registers = table.processSymbol("second");
        assertTrue(calls.isRegistration(registers));
        assertFalse(calls.isRegistration(table.noHandler()));
        calls.offer(registers, second, false);
        calls.offer(table.noHandler(), first, true);
        assertFalse(calls.isRegistration(registers));
        assertTrue(calls.isRegistration(table.noHandler()));
        calls.withdraw(registers);
        assertTrue(calls.isRegistration(registers));
    }

    private WrapperCalls calls() {
        SessionOptions options = SessionOptions.DEFAULT;
        FakeChannel channel = new FakeChannel();
        Session session = new Session(guest, table, List.of(), channel, options, _ -> {});
        return new WrapperCalls(session, table);
    }

    /** Native code could call it, too, with the same result. */
    @Test
    void aCallOverTheLineReachesAFunctionOfOursWithoutNativeCode() throws Exception {
        SpsReader nothing = new SpsReader(MemorySegment.ofArray(new byte[0]));
        Answer answer = calls().begin(table.noHandler(), nothing);
        assertEquals(Answer.Place.HERE, answer.place());
        assertEquals(Replies.success(), answer.work().run());
    }
}
