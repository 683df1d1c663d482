package dev.orcinus.jit;

import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.InputFiles;
import dev.orcinus.loader.installed.GccFolders;
import dev.orcinus.loader.link.Supplement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The archive that a compiler's driver links without being asked, because code refers to it unasked
 * ({@code libgcc.a}). A dylib gets it when it misses such symbols and the archive has all that are
 * missing. Many threads may use it; its lock guards the flag.
 */
final class CompilerArchive implements Supplement {
    private final JitDylib dylib;
    private boolean isAdded;

    CompilerArchive(JitDylib dylib) {
        this.dylib = dylib;
    }

    @Override
    public boolean addFor(Set<String> missing) throws IOException {
        if (!missing.stream().allMatch(GccFolders::isForCompilers)) {
            return false;
        }
        String processor = dylib.session().target().triple().arch();
        Optional<Path> archive = GccFolders.libgcc(processor);
        if (archive.isEmpty() || !defines(archive.get(), missing)) {
            return false;
        }
        add(archive.get());
        return true;
    }

    private static boolean defines(Path archive, Set<String> names) throws IOException {
        InputFiles files = new InputFiles();
        try {
            ArchiveObjects objects =
                    new ArchiveObjects(
                            archive.toString(), files.open(archive), files.beside(archive));
            return names.stream().allMatch(objects::lists);
        } finally {
            files.close();
        }
    }

    private synchronized void add(Path archive) throws IOException {
        if (!isAdded) {
            dylib.add(archive);
            isAdded = true;
        }
    }
}
