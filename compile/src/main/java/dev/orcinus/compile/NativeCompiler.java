package dev.orcinus.compile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.jit.SourceCompiler.Source;
import dev.orcinus.loader.CompilationException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A compiler of C and C++ whose command line is that of gcc. It compiles with {@code -O2 -fPIC},
 * then the options of the caller. What it has compiled is kept in a folder, and used again if
 * nothing that matters has changed: source, options, compiler, the files that were included, and
 * the variables of the environment that compilers read. If more may matter, nothing is kept:
 * assembly, options such as {@code -march=native}. Immutable; many threads may use it.
 *
 * <pre>{@code
 * NativeCompiler gcc = NativeCompiler.of(Path.of("/usr/bin/gcc-14")).withoutCache();
 * byte[] object = gcc.compile("c", "int square(int n) { return n * n; }", "-O3");
 * dylib.add("square.o", object);
 * }</pre>
 */
public final class NativeCompiler {
    private static final List<String> NAMES = List.of("clang", "gcc", "cc");
    private static final String VARIABLE = "ORCINUS_CC";

    private final Path program;
    private final CompilerCache cache;

    private NativeCompiler(Path program, CompilerCache cache) {
        this.program = program;
        this.cache = cache;
    }

    /**
     * Returns the first of {@code clang}, {@code gcc} and {@code cc} on {@code PATH}, or the
     * program that the environment variable {@code ORCINUS_CC} names. Without any, it is the clang
     * of the artifact {@code org.bytedeco:llvm} for Linux, if that is on the class path. Its cache
     * is {@code orcinus/compiled} in the user's folder for caches.
     *
     * @throws CompilationException if there is none, or the artifact's cannot be unpacked
     */
    public static NativeCompiler find() {
        String asked = System.getenv(VARIABLE);
        if (asked != null && !asked.isBlank()) {
            return of(Path.of(asked));
        }
        for (String name : NAMES) {
            Optional<Path> found = onPath(name);
            if (found.isPresent()) {
                return of(found.get());
            }
        }
        return of(
                PackagedClang.ofUser()
                        .orElseThrow(
                                () ->
                                        CompilationException.of(
                                                "no C compiler: none of clang, gcc and cc is on"
                                                        + " PATH, and the class path has no"
                                                        + " org.bytedeco:llvm for this system; set"
                                                        + " ORCINUS_CC to one")));
    }

    private static Optional<Path> onPath(String name) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns a compiler with the cache of {@link #find}.
     *
     * @param program the compiler's file
     */
    public static NativeCompiler of(Path program) {
        return new NativeCompiler(
                Objects.requireNonNull(program, "program"), CompilerCache.ofUser());
    }

    /** Returns this compiler with another folder for its cache. */
    public NativeCompiler withCache(Path folder) {
        return new NativeCompiler(
                program, new CompilerCache(Objects.requireNonNull(folder, "folder")));
    }

    /** Returns this compiler, which compiles each time. */
    public NativeCompiler withoutCache() {
        return new NativeCompiler(program, null);
    }

    /** Returns the compiler's file. */
    public Path program() {
        return program;
    }

    /**
     * Compiles a text.
     *
     * @param language as {@code -x} names it: {@code c}, {@code c++}, {@code assembler}
     * @param options of the compiler, such as {@code -I} and {@code -D}
     * @return an object file
     * @throws CompilationException if the compiler refuses the text
     */
    public byte[] compile(String language, String text, String... options) {
        return compile(Source.of(language, text, List.of(options)));
    }

    /**
     * Compiles a file.
     *
     * @param options of the compiler
     * @return an object file
     * @throws CompilationException if the compiler refuses the file, or it cannot be read
     */
    public byte[] compile(Path file, String... options) {
        return compile(Source.of(file, List.of(options)));
    }

    byte[] compile(Source source) {
        try {
            if (cache == null || !CompilerCache.isFor(source)) {
                return run(source, Optional.empty());
            }
            CompilerCache.Key key = cache.key(program, source);
            Optional<byte[]> known = cache.find(key);
            return known.isPresent() ? known.get() : compileAndKeep(source, key);
        } catch (IOException e) {
            throw CompilationException.of(source.name() + ": " + e);
        }
    }

    private byte[] compileAndKeep(Source source, CompilerCache.Key key) throws IOException {
        Path dependencies = Files.createTempFile("orcinus-", ".d");
        try {
            FileTime begin = Files.getLastModifiedTime(dependencies);
            byte[] object = run(source, Optional.of(dependencies));
            cache.keep(key, object, Dependencies.read(dependencies), begin);
            return object;
        } finally {
            Files.deleteIfExists(dependencies);
        }
    }

    private byte[] run(Source source, Optional<Path> dependencies) throws IOException {
        Path object = Files.createTempFile("orcinus-", ".o");
        try {
            List<String> command = command(source, object, dependencies);
            String output = execute(command, source);
            if (Files.size(object) == 0) {
                throw Diagnostics.refusal(source.name(), output);
            }
            return Files.readAllBytes(object);
        } finally {
            Files.deleteIfExists(object);
        }
    }

    private List<String> command(Source source, Path object, Optional<Path> dependencies) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(program.toString(), "-c", "-O2", "-fPIC"));
        command.add("-fdiagnostics-color=never");
        command.addAll(source.options());
        dependencies.ifPresent(
                file -> command.addAll(List.of("-MD", "-MT", "object", "-MF", file.toString())));
        command.addAll(List.of("-o", object.toString()));
        if (source.file().isPresent()) {
            command.add(source.file().get().toString());
        } else {
            command.addAll(List.of("-x", source.language(), "-"));
        }
        return command;
    }

    /** Runs the compiler and returns what it says; the object is empty if it has refused. */
    private static String execute(List<String> command, Source source) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try (OutputStream input = process.getOutputStream()) {
            if (source.file().isEmpty()) {
                input.write(source.textForCompiler().getBytes(UTF_8));
            }
        } catch (IOException endedBefore) {
            // what it says tells why
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw Diagnostics.refusal(source.name(), output);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
        return output;
    }
}
