package dev.orcinus.tests.compile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.compile.NativeCompiler;
import dev.orcinus.loader.CompilationException;
import dev.orcinus.tests.jit.ForkedJvm;
import dev.orcinus.tests.jit.LibraryJar;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clang of a jar is unpacked; the jar is a small one, whose clang is a script. */
@Timeout(180)
final class PackagedClangTest {
    @TempDir private Path folder;

    /** Prints the compiler that is found, or why there is none. */
    static final class Finds {
        private Finds() {}

        public static void main(String[] arguments) {
            try {
                System.out.println(NativeCompiler.find().program());
            } catch (CompilationException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @BeforeEach
    void requireLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the artifact is for Linux");
    }

    /** Returns a jar with a clang and another file, for both processors. */
    private Path jar(String other) throws IOException {
        Path file = folder.resolve("llvm.jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            for (String processor : List.of("linux-x86_64/", "linux-arm64/")) {
                for (String name : List.of("clang", other)) {
                    jar.putNextEntry(new JarEntry("org/bytedeco/llvm/" + processor + name));
                    jar.write("#!/bin/sh\n".getBytes(UTF_8));
                }
            }
        }
        return file;
    }

    private String find(Path jar, Path caches, String... options) throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "env",
                                "-u",
                                "ORCINUS_CC",
                                "PATH=" + empty,
                                "XDG_CACHE_HOME=" + caches));
        List<String> classes = ForkedJvm.command(Finds.class);
        String ofTests = classes.get(classes.indexOf("-cp") + 1);
        command.add(classes.getFirst());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(
                String.join(
                        File.pathSeparator, LibraryJar.path().toString(), jar.toString(), ofTests));
        command.add(classes.getLast());
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals(0, end.status(), end::toString);
            return end.output().strip();
        }
    }

    @Test
    void whyItCannotBeUnpackedIsTold() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        String said = find(jar("libLLVM.so"), file);
        assertTrue(
                said.startsWith("the clang of org.bytedeco:llvm cannot be unpacked into " + file),
                said);
        assertTrue(said.contains("FileSystemException"), said);
    }

    @Test
    void otherSystemsHaveNone() throws Exception {
        Path jar = jar("libLLVM.so");
        for (String other : List.of("-Dos.name=FreeBSD", "-Dos.arch=riscv64")) {
            String said = find(jar, folder, other);
            assertTrue(said.startsWith("no C compiler: "), said);
            assertFalse(Files.exists(folder.resolve("orcinus")));
        }
    }

    @Test
    void noFileLeavesTheFolder() throws Exception {
        for (String name : List.of("libLLVM.so/../../../../out", "lib/clang/../../../out")) {
            String said = find(jar(name), folder);
            assertTrue(said.contains("the jar has a file with the name "), said);
            assertFalse(Files.exists(folder.resolve("orcinus").resolve("out")));
            assertFalse(Files.exists(folder.resolve("out")));
        }
    }

    @Test
    void whatAKilledProcessHasLeftIsRemoved() throws Exception {
        Path caches = folder.resolve("orcinus");
        Path old = Files.createDirectories(caches.resolve("new-1"));
        Files.createDirectories(old.resolve("lib/clang"));
        Files.writeString(old.resolve("lib/libLLVM.so"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path atWork = Files.createDirectories(caches.resolve("new-2"));
        Path clang = Path.of(find(jar("libLLVM.so"), folder));
        assertTrue(Files.isExecutable(clang), clang::toString);
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(atWork));
    }
}
