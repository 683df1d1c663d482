package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.ar.ArchiveWriter;
import dev.orcinus.formats.elf.SectionedObject;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkObserver.Step;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that files which change while their objects are linked are errors. */
final class ChangedInputsTest {
    private static final int X86_64 = 62;
    private static final int PLT32 = 4;

    /** Files of this size are mapped. */
    private static final int MAPPED_BYTES = 300 << 10;

    @TempDir private Path folder;

    /** What happens to a file. */
    private interface Change {
        void make(Path file) throws IOException;
    }

    /** Returns an object with a function of a size for mapped files, which calls itself once. */
    private static byte[] object(int call) {
        SectionedObject object = new SectionedObject(X86_64);
        int code = object.code(".text", new byte[MAPPED_BYTES], 1);
        object.function("f", code, 0, MAPPED_BYTES);
        object.relocate(code, call, PLT32, "f", -4);
        return object.write();
    }

    private static byte[] archive(int call) {
        ArchiveWriter archive = new ArchiveWriter();
        archive.add("m.o", object(call), List.of("f"));
        return archive.write();
    }

    /** Writes a file some time ago, so that each change of it has another time. */
    private Path write(String name, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100)));
        return file;
    }

    private static void overwrite(Path file, byte[] content) throws IOException {
        assertEquals(content.length, Files.size(file));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
        }
    }

    /** Cuts off the last byte, so that all pages of the file stay. */
    private static void cut(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
    }

    /** Links a file which changes after a step, and a second time; both fail with the error. */
    private static void refused(Path file, Path changing, Step when, Change change, String start)
            throws IOException {
        try (InputFiles files = new InputFiles()) {
            Session session = new Session(files, file, changing, when, change);
            for (int round = 0; round < 2; round++) {
                String message =
                        assertThrows(MalformedObjectException.class, session::lookUp).getMessage();
                assertTrue(message.startsWith(start), message);
                assertTrue(message.contains("has changed since it was opened"), message);
            }
        }
    }

    /** A session with one file. */
    private static final class Session {
        final LinkSession session;
        final Dylib dylib;
        private Change left;

        Session(InputFiles files, Path file, Path changing, Step when, Change change)
                throws IOException {
            left = change;
            session =
                    new LinkSession(
                            new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NONE),
                            new ElfFormat(),
                            LinkOptions.DEFAULT,
                            (step, _) -> after(step, when, changing));
            dylib = session.createDylib("dylib");
            String name = file.getFileName().toString();
            MemorySegment content = files.open(file);
            if (name.endsWith(".o")) {
                session.add(dylib, () -> ObjectReader.read(name, content, files.beside(file)));
            } else {
                session.addObjects(dylib, new ArchiveObjects(name, content, files.beside(file)));
            }
        }

        private void after(Step step, Step when, Path changing) {
            if (step == when) {
                try {
                    left.make(changing);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                left = _ -> {};
            }
        }

        boolean lookUp() {
            return session.lookup(dylib, List.of("f")).get("f").isNull();
        }
    }

    /** Returns a thin archive without an index. */
    private static byte[] thin(String member, int sizeBytes) throws IOException {
        String names = member + "/\n";
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        for (String part :
                List.of(
                        "!<thin>\n",
                        header("//", names.length()),
                        names,
                        header("/0", sizeBytes))) {
            archive.write(part.getBytes(StandardCharsets.US_ASCII));
        }
        return archive.toByteArray();
    }

    private static String header(String name, long sizeBytes) {
        return "%-16s%-12d%-6d%-6d%-8s%-10d`\n".formatted(name, 0, 0, 0, "644", sizeBytes);
    }

    @Test
    void aThinArchivesMemberThatHasOtherRelocationsIsAnError() throws IOException {
        Path member = write("member.o", object(8));
        Path file = write("thin.a", thin("member.o", (int) Files.size(member)));
        refused(file, member, Step.PREPARED, f -> overwrite(f, object(16)), "thin.a");
    }

    @Test
    void aThinArchivesMemberThatChangesBeforeItIsCopiedIsAnError() throws IOException {
        Path member = write("member.o", object(8));
        Path file = write("thin.a", thin("member.o", (int) Files.size(member)));
        refused(file, member, Step.LAID_OUT, f -> overwrite(f, object(16)), "thin.a");
    }

    @Test
    void anArchiveThatChangesBeforeItIsCopiedIsAnError() throws IOException {
        Path file = write("fat.a", archive(8));
        refused(file, file, Step.LAID_OUT, f -> overwrite(f, archive(16)), "fat.a");
    }

    @Test
    void anArchiveThatIsCutInItsLastPageBeforeItIsCopiedIsAnError() throws IOException {
        Path file = write("fat.a", archive(8));
        refused(file, file, Step.LAID_OUT, ChangedInputsTest::cut, "fat.a");
    }

    @Test
    void anObjectThatChangesBeforeItIsCopiedIsAnError() throws IOException {
        Path file = write("plain.o", object(8));
        refused(file, file, Step.LAID_OUT, f -> overwrite(f, object(16)), "plain.o");
    }

    @Test
    void anObjectThatIsCutInItsLastPageBeforeItIsCopiedIsAnError() throws IOException {
        Path file = write("plain.o", object(8));
        refused(file, file, Step.LAID_OUT, ChangedInputsTest::cut, "plain.o");
    }

    @Test
    void filesThatStayOrAreReplacedByOthersAreLinked() throws IOException {
        Path member = write("member.o", object(8));
        Path thin = write("thin.a", thin("member.o", (int) Files.size(member)));
        for (Path file : List.of(write("plain.o", object(8)), write("fat.a", archive(8)), thin)) {
            try (InputFiles files = new InputFiles()) {
                Change change = Files::delete; // what is mapped stays
                Path changing = file.equals(thin) ? member : file;
                assertFalse(new Session(files, file, changing, Step.LAID_OUT, change).lookUp());
            }
        }
    }
}
