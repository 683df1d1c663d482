package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.ar.ArchiveWriter;
import dev.orcinus.formats.elf.RelocatableObject;
import dev.orcinus.formats.elf.SectionedObject;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.UnsupportedRelocationException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkObserver;
import dev.orcinus.loader.link.LinkObserver.Step;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that members of archives which other threads read, and of which only the needed parts are
 * read, are linked as if one thread had read them whole.
 */
final class ReadAheadTest {
    private static final int X86_64 = 62;
    private static final int PLT32 = 4;
    private static final int NO_RELOCATION = 4_000;
    private static final int MEMBERS = 200;

    /** Two calls, whose distances count from their own places, and a return. */
    private static final byte[] CODE = {(byte) 0xe8, 0, 0, 0, 0, (byte) 0xe8, 0, 0, 0, 0, -61};

    private static final LinkOptions STRIPPING = new LinkOptions(1L << 30, true);

    /** Files of this size are mapped. */
    private static final int MAPPED_BYTES = 300 << 10;

    @TempDir private Path folder;

    /** A session with a dylib. */
    private static final class Linking {
        final RehearsalTarget target = new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NONE);
        final LinkSession session;
        final Dylib dylib;

        Linking(LinkOptions options, LinkObserver observer) {
            session = new LinkSession(target, new ElfFormat(), options, observer);
            dylib = session.createDylib("dylib");
        }

        Linking() {
            this(LinkOptions.DEFAULT, LinkObserver.NONE);
        }

        /** Notes the names of all objects that are added. */
        Linking(List<String> names) {
            this(LinkOptions.DEFAULT, (step, graph) -> note(step, graph, names));
        }

        private static void note(Step step, LinkGraph graph, List<String> names) {
            if (step == Step.READ) {
                names.add(graph.name());
            }
        }

        void add(ArchiveWriter archive) {
            MemorySegment bytes = MemorySegment.ofArray(archive.write());
            session.addObjects(dylib, new ArchiveObjects("tree.a", bytes, MemberFiles.none()));
        }

        Map<String, ExecutorAddress> lookup(List<String> symbols) {
            return session.lookup(dylib, symbols);
        }
    }

    /** Returns an object whose function calls two others, if there are that many. */
    private static byte[] object(int number) {
        RelocatableObject object = new RelocatableObject(X86_64, CODE);
        object.function("f" + number, 0, CODE.length);
        for (int call = 0; call < 2; call++) {
            int called = 2 * number + 1 + call;
            if (called < MEMBERS) {
                object.refer("f" + called, PLT32, 1 + 5L * call);
            }
        }
        return object.write();
    }

    private static ArchiveWriter tree(int malformed) {
        ArchiveWriter archive = new ArchiveWriter();
        for (int i = 0; i < MEMBERS; i++) {
            byte[] content = i == malformed ? new byte[] {1, 2, 3} : object(i);
            archive.add("m" + i + ".o", content, List.of("f" + i));
        }
        return archive;
    }

    private static List<String> functions() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            names.add("f" + i);
        }
        return names;
    }

    @Test
    void membersAreTakenInTheOrderOfASearchByOneThread() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            expected.add("tree.a(m" + i + ".o)");
        }
        for (int round = 0; round < 20; round++) {
            List<String> names = new ArrayList<>();
            Linking linking = new Linking(names);
            linking.add(tree(-1));
            linking.lookup(List.of("f0"));
            assertEquals(expected, names);
        }
    }

    @Test
    void eachCallLeadsToItsFunction() {
        for (int round = 0; round < 20; round++) {
            Linking linking = new Linking();
            linking.add(tree(-1));
            linking.lookup(List.of("f0"));
            Map<String, ExecutorAddress> places = linking.lookup(functions());
            for (int i = 0; i < MEMBERS; i++) {
                ExecutorAddress from = places.get("f" + i);
                ByteBuffer code =
                        ByteBuffer.wrap(linking.target.bytes(from, CODE.length))
                                .order(ByteOrder.LITTLE_ENDIAN);
                for (int call = 0; call < 2 && 2 * i + 1 + call < MEMBERS; call++) {
                    int at = 1 + 5 * call;
                    ExecutorAddress to = places.get("f" + (2 * i + 1 + call));
                    assertEquals(to.minus(from.plus(at)), code.getInt(at), "f" + i);
                }
            }
        }
    }

    @Test
    void theErrorOfAMemberThatIsReadAheadNamesIt() {
        Linking linking = new Linking();
        linking.add(tree(150));
        for (int round = 0; round < 2; round++) {
            UnsupportedObjectException refusal =
                    assertThrows(
                            UnsupportedObjectException.class, () -> linking.lookup(List.of("f0")));
            assertTrue(refusal.getMessage().startsWith("tree.a(m150.o): "), refusal.getMessage());
        }
        assertFalse(linking.lookup(List.of("f199")).get("f199").isNull());
    }

    /** Returns the place of an object in an archive. */
    private static int placeOf(byte[] object, byte[] archive) {
        for (int at = 0; at <= archive.length - object.length; at++) {
            if (Arrays.equals(archive, at, at + object.length, object, 0, object.length)) {
                return at;
            }
        }
        throw new AssertionError("it has no such member");
    }

    /** Returns an archive with a tree and an object that refers to all functions of it. */
    private static byte[] treeWithRoot() {
        RelocatableObject root = new RelocatableObject(X86_64, new byte[Integer.BYTES * MEMBERS]);
        root.function("root", 0, 1);
        for (int i = 0; i < MEMBERS; i++) {
            root.refer("f" + i, PLT32, Integer.BYTES * (long) i);
        }
        ArchiveWriter archive = tree(-1);
        archive.add("root.o", root.write(), root.defined());
        return archive.write();
    }

    private static List<String> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter("linking"::equals)
                .toList();
    }

    /** Members are read ahead for the root when the other symbol's member turns out to be none. */
    @Test
    void aFailedSearchForWhatADylibWantsLeavesNothing() {
        byte[] archive = treeWithRoot();
        int magic = placeOf(object(1), archive);
        byte good = archive[magic];
        Linking linking = new Linking();
        linking.session.addObjects(
                linking.dylib,
                new ArchiveObjects("tree.a", MemorySegment.ofArray(archive), MemberFiles.none()));
        linking.dylib.rules().want("root");
        linking.dylib.rules().want("f1");
        archive[magic] = 0;
        assertThrows(
                UnsupportedObjectException.class, () -> linking.session.linkAll(linking.dylib));
        assertEquals(List.of(), readers());
        archive[magic] = good;
        linking.session.linkAll(linking.dylib);
        assertFalse(linking.lookup(List.of("f1")).get("f1").isNull());
    }

    @Test
    void aMemberWhoseSymbolAnotherOneHasBroughtIsNotTaken() {
        RelocatableObject root = new RelocatableObject(X86_64, new byte[16]);
        root.function("root", 0, 16);
        root.refer("x", PLT32, 0);
        root.refer("y", PLT32, 4);
        RelocatableObject both = new RelocatableObject(X86_64, CODE);
        both.function("x", 0, 1);
        both.function("y", 1, 1);
        RelocatableObject other = new RelocatableObject(X86_64, CODE);
        other.function("y", 0, 1);
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("root.o", root.write(), root.defined());
        archive.add("other.o", other.write(), other.defined());
        archive.add("both.o", both.write(), both.defined());
        List<String> names = new ArrayList<>();
        Linking linking = new Linking(names);
        linking.add(archive);
        linking.lookup(List.of("root"));
        assertEquals(List.of("tree.a(root.o)", "tree.a(both.o)"), names);
    }

    /** Returns an object with two functions, one of which has a relocation that does not exist. */
    private static ArchiveWriter halfGood() {
        SectionedObject object = new SectionedObject(X86_64);
        object.function("good", object.code(".text.good", CODE, 1), 0, CODE.length);
        int bad = object.code(".text.bad", CODE, 1);
        object.function("bad", bad, 0, CODE.length);
        object.relocate(bad, 1, NO_RELOCATION, "good", 0);
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("half.o", object.write(), List.of("good", "bad"));
        return archive;
    }

    @Test
    void relocationsOfAPartThatNothingNeedsAreNotRead() {
        Linking linking = new Linking(STRIPPING, LinkObserver.NONE);
        linking.add(halfGood());
        assertFalse(linking.lookup(List.of("good")).get("good").isNull());
    }

    @Test
    void relocationsOfANeededPartAreReadAgainAfterAFailure() {
        Linking linking = new Linking(STRIPPING, LinkObserver.NONE);
        linking.add(halfGood());
        for (int round = 0; round < 2; round++) {
            UnsupportedRelocationException refusal =
                    assertThrows(
                            UnsupportedRelocationException.class,
                            () -> linking.lookup(List.of("bad")));
            assertTrue(
                    refusal.getMessage().startsWith("tree.a(half.o): .text.bad+0x1"),
                    refusal.getMessage());
        }
    }

    @Test
    void anArchiveThatIsOverwrittenAfterItsLastMemberHasBeenTakenIsAnError() throws IOException {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("m.o", object(MEMBERS), List.of("f" + MEMBERS));
        archive.add("large", new byte[MAPPED_BYTES], List.of());
        Path file = Files.write(folder.resolve("a.a"), archive.write());
        try (InputFiles files = new InputFiles()) {
            Linking linking = new Linking(LinkOptions.DEFAULT, (step, _) -> append(step, file));
            linking.session.addObjects(
                    linking.dylib, new ArchiveObjects("a.a", files.open(file), files.beside(file)));
            MalformedObjectException refusal =
                    assertThrows(
                            MalformedObjectException.class,
                            () -> linking.lookup(List.of("f" + MEMBERS)));
            assertTrue(
                    refusal.getMessage().contains("has changed since it was opened"),
                    refusal.getMessage());
        }
    }

    private static void append(Step step, Path file) {
        if (step == Step.READ) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
                channel.write(ByteBuffer.allocate(1));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void anObjectThatIsCutShortBeforeItIsCopiedIsAnError() throws IOException {
        SectionedObject object = new SectionedObject(X86_64);
        object.function("f", object.code(".text", new byte[MAPPED_BYTES], 1), 0, 1);
        Path file = Files.write(folder.resolve("cut.o"), object.write());
        try (InputFiles files = new InputFiles()) {
            Linking linking = new Linking(LinkOptions.DEFAULT, (step, _) -> cut(step, file));
            MemorySegment bytes = files.open(file);
            linking.session.add(linking.dylib, () -> ObjectReader.read("cut.o", bytes));
            MalformedObjectException refusal =
                    assertThrows(
                            MalformedObjectException.class, () -> linking.lookup(List.of("f")));
            assertTrue(refusal.getMessage().startsWith("cut.o"), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("has become shorter"), refusal.getMessage());
        }
    }

    private static void cut(Step step, Path file) {
        if (step == Step.LAID_OUT) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
