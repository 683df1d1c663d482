package dev.orcinus.cli;

import java.nio.file.Path;

/**
 * A file that an operand or a library stands for.
 *
 * @param path of the file
 * @param isAsNeeded whether a script says of a shared library that it is only opened if it is
 *     needed
 */
record LinkedFile(Path path, boolean isAsNeeded) {}
