/**
 * The seam for object formats. Each format is a package below this one that implements {@code
 * ObjectFormat}, and a row in {@code loader.input.ObjectFormats}. {@code input} finds the format of
 * a file and calls it; the other packages do not know that there are several formats.
 */
package dev.orcinus.loader.format;
