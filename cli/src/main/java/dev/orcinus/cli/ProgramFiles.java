package dev.orcinus.cli;

import dev.orcinus.jit.KnownProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that the operands of {@code orcinus run} stand for, in their order.
 *
 * @param all the files; a library that is a script stands for several
 */
record ProgramFiles(List<Operand> all) {
    /** What decides which libraries the names in libraries stand for; each package changes it. */
    private static final Path INSTALLED_LIBRARIES = Path.of("/etc/ld.so.cache");

    /**
     * A file.
     *
     * @param input the operand
     * @param isShared whether it is a shared library
     * @param isAsNeeded whether a shared library is only opened if it is needed
     */
    record Operand(Path file, RunOptions.Input input, boolean isShared, boolean isAsNeeded) {
        static Operand of(LinkedFile linked, RunOptions.Input input) throws IOException {
            return new Operand(
                    linked.path(),
                    input,
                    LibrarySearch.isShared(linked.path()),
                    input.isAsNeeded() || linked.isAsNeeded());
        }

        /** Returns all that decides how it is linked, besides its content. */
        private String text() {
            return "%s %s %s %s%n".formatted(file, input.mode(), isShared, isAsNeeded);
        }
    }

    /** Finds the files. */
    static ProgramFiles of(RunOptions options, LibrarySearch libraries)
            throws IOException, UsageException {
        List<Operand> all = new ArrayList<>();
        for (RunOptions.Input input : options.inputs()) {
            List<LinkedFile> files =
                    input.isLibrary()
                            ? libraries.find(input.name())
                            : libraries.expand(Path.of(input.name()));
            for (LinkedFile linked : files) {
                all.add(Operand.of(linked, input));
            }
        }
        return new ProgramFiles(all);
    }

    /** Returns the shared libraries. */
    List<Operand> shared() {
        return all.stream().filter(Operand::isShared).toList();
    }

    /**
     * Returns what may be known of the program; empty if nothing can be. Rules that rename symbols
     * are no part of what is known.
     */
    Optional<KnownProgram> known(RunOptions options, Caller caller) {
        Optional<String> environment = caller.linkEnvironment();
        LinkerOptions linker = options.linker();
        if (environment.isEmpty()
                || options.place() != RunOptions.Place.ISOLATED
                || !linker.definitions().isEmpty()
                || !linker.wrapped().isEmpty()) {
            return Optional.empty();
        }
        StringBuilder request = new StringBuilder(environment.get());
        List<Path> files = new ArrayList<>();
        for (Operand operand : all) {
            request.append(operand.text());
            files.add(operand.file());
        }
        request.append(linker.wanted()).append(linker.rules()).append(options.entry().name());
        files.add(INSTALLED_LIBRARIES);
        return KnownProgram.of(request.toString(), files);
    }
}
