package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.GraphReader;
import dev.orcinus.loader.link.LazyObjects;
import dev.orcinus.loader.link.LinkObserver.Step;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The members that are read, the time when they are read, and their names in messages. */
final class ArchiveObjectsTest {
    private static final Path FOLDER =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/dev/orcinus/loader/archives");

    private final InputFiles files = new InputFiles();
    private final List<String> read = new ArrayList<>();
    private final RehearsalTarget target =
            new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NONE);
    private LinkSession session;
    private Dylib dylib;

    @BeforeEach
    void open() {
        session = new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT, this::note);
        dylib = session.createDylib("dylib");
        session.addSource(dylib, names -> target.find(ExecutorAddress.NULL, names));
    }

    private void note(Step step, LinkGraph graph) {
        if (step == Step.READ) {
            read.add(graph.name());
        }
    }

    @AfterEach
    void close() {
        session.close(dylib);
        assertEquals(0, target.allocationCount());
        files.close();
    }

    private ArchiveObjects archive(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        return new ArchiveObjects(name, files.open(file), files.beside(file));
    }

    private LazyObjects add(String archive) throws IOException {
        return session.addObjects(dylib, archive(archive));
    }

    private void addObject(String name) throws IOException {
        MemorySegment bytes = files.open(FOLDER.resolve(name));
        session.add(dylib, () -> ObjectReader.read(name, bytes));
    }

    private Map<String, ExecutorAddress> lookup(String... names) {
        return session.lookup(dylib, List.of(names));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gnu.a", "llvm.a", "bsd.a", "darwin.a", "sym64.a", "thin.a", "noindex.a"})
    void onlyWhatIsNeededIsRead(String name) throws IOException {
        add(name);
        assertEquals(List.of(), read);
        assertFalse(lookup("answer").get("answer").isNull());
        assertEquals(
                List.of(name + "(answer.o)", name + "(a_member_with_a_long_name.o)"),
                read,
                "'optional' is wanted weakly only");
    }

    @Test
    void aWeakReferenceTakesWhatAStrongOneBrings() throws IOException {
        add("gnu.a");
        lookup("answer", "optional");
        assertEquals(
                List.of(
                        "gnu.a(answer.o)",
                        "gnu.a(optional.o)",
                        "gnu.a(a_member_with_a_long_name.o)"),
                read);
        byte[] got = target.bytes(lookup("answer").get("answer"), 7);
        assertEquals(0x8d, got[1] & 0xff, "lea, as 'optional' is near: " + Arrays.toString(got));
    }

    @Test
    void aTentativeDefinitionTakesTheMemberThatDefinesIt() throws IOException {
        addObject("tentative.o");
        add("gnu.a");
        session.linkAll(dylib);
        assertTrue(read.contains("gnu.a(optional.o)"), read.toString());
        assertTrue(read.contains("gnu.a(answer.o)"), read.toString());
    }

    @Test
    void whoeverAsksForAMemberThatIsNoObjectIsToldSo() throws IOException {
        add("llvm.a");
        for (int i = 0; i < 2; i++) {
            UnsupportedObjectException refusal =
                    assertThrows(UnsupportedObjectException.class, () -> lookup("from_bitcode"));
            assertTrue(
                    refusal.getMessage().startsWith("llvm.a(bitcode.o): this is LLVM bitcode"),
                    refusal.getMessage());
        }
        assertFalse(lookup("answer").get("answer").isNull());
    }

    @Test
    void aMissingSymbolNamesTheMemberThatWantsIt() throws IOException {
        add("gnu.a");
        UnresolvedSymbolsException failure =
                assertThrows(UnresolvedSymbolsException.class, () -> lookup("unused"));
        assertEquals(Map.of("no_such_function", List.of("gnu.a(unused.o)")), failure.requesters());
    }

    @Test
    void wholeMeansAll() throws IOException {
        ArchiveObjects whole = archive("gnu.a");
        UnsupportedObjectException refusal =
                assertThrows(
                        UnsupportedObjectException.class, () -> session.addAll(dylib, whole.all()));
        assertTrue(refusal.getMessage().startsWith("gnu.a(text.txt): "), refusal.getMessage());
        assertThrows(UnresolvedSymbolsException.class, () -> lookup("answer"), "nothing is added");
    }

    @Test
    void aMemberThatDefinesWhatIsThereAlreadyIsRefused() throws IOException {
        addObject("a_member_with_a_long_name.o");
        ArchiveObjects again = archive("gnu.a");
        List<GraphReader> objects = again.all().subList(1, 5);
        DuplicateDefinitionException refusal =
                assertThrows(
                        DuplicateDefinitionException.class, () -> session.addAll(dylib, objects));
        assertEquals("part", refusal.symbol());
        assertTrue(
                refusal.getMessage().startsWith("gnu.a(a_member_with_a_long_name.o): "),
                refusal.getMessage());
        assertThrows(UnresolvedSymbolsException.class, () -> lookup("answer"), "nothing is added");
    }

    @Test
    void removedMeansNotFound() throws IOException {
        LazyObjects objects = add("gnu.a");
        lookup("answer");
        session.remove(objects);
        assertEquals(0, target.allocationCount());
        assertThrows(UnresolvedSymbolsException.class, () -> lookup("answer"));
        assertThrows(UnresolvedSymbolsException.class, () -> lookup("optional"));
    }

    @Test
    void theFirstArchiveWins() throws IOException {
        add("bsd.a");
        add("gnu.a");
        lookup("part");
        assertEquals(List.of("bsd.a(a_member_with_a_long_name.o)"), read);
    }

    @Test
    void aThinArchiveNeedsItsFolder() throws IOException {
        MemorySegment bytes = files.open(FOLDER.resolve("thin.a"));
        session.addObjects(dylib, new ArchiveObjects("thin.a", bytes, MemberFiles.none()));
        MalformedObjectException refusal =
                assertThrows(MalformedObjectException.class, () -> lookup("answer"));
        assertTrue(
                refusal.getMessage().contains("'answer.o' cannot be read"), refusal.getMessage());
    }

    @Test
    void aMissingMemberOfAThinArchiveIsNamed(@TempDir Path folder) throws IOException {
        Path archive = Files.copy(FOLDER.resolve("thin.a"), folder.resolve("thin.a"));
        MemorySegment bytes = files.open(archive);
        session.addObjects(dylib, new ArchiveObjects("thin.a", bytes, files.beside(archive)));
        MalformedObjectException refusal =
                assertThrows(MalformedObjectException.class, () -> lookup("answer"));
        String problem = "cannot be read: " + folder.resolve("answer.o") + ": no such file";
        assertTrue(refusal.getMessage().contains(problem), refusal.getMessage());
    }

    @Test
    void anIndexThatNamesTheWrongMemberFindsNothing() throws IOException {
        byte[] lie = Files.readAllBytes(FOLDER.resolve("gnu.a"));
        // The third big-endian word of the index is the offset of 'optional'. It gets the offset of
        // 'unused'.
        System.arraycopy(lie, 8 + 60 + 4, lie, 8 + 60 + 8, 4);
        session.addObjects(
                dylib, new ArchiveObjects("lie.a", MemorySegment.ofArray(lie), MemberFiles.none()));
        UnresolvedSymbolsException failure =
                assertThrows(UnresolvedSymbolsException.class, () -> lookup("optional"));
        assertEquals(Map.of("optional", List.of("the caller")), failure.requesters());
    }
}
