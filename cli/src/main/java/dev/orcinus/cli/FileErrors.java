package dev.orcinus.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Texts of errors of the file system, of which Java often says only the path. */
final class FileErrors {
    private FileErrors() {}

    /** Returns the message of an error, with the file and what is wrong with it. */
    static String message(IOException error) {
        return error instanceof FileSystemException e && e.getReason() == null
                ? e.getFile() + ": " + reason(e)
                : error.getMessage();
    }

    /** Requires that there is a file or a pipe, and no folder. */
    static void requireReadable(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder");
        }
        if (!Files.exists(file)) {
            throw new IOException(file + ": no such file");
        }
    }

    /** Requires that there is a file, which can be read more than once: no folder, no pipe. */
    static void requireFile(Path file) throws IOException {
        requireReadable(file);
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": is no regular file");
        }
    }

    private static String reason(FileSystemException error) {
        return switch (error) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "the file exists already";
            case NotDirectoryException _ -> "it is no folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileSystemLoopException _ -> "symbolic links lead in a circle";
            default -> "it cannot be used (" + error.getClass().getSimpleName() + ")";
        };
    }
}
