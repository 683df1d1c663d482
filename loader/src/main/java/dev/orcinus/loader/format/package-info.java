/**
 * The seam for object formats. Each format is a package below this one that implements {@code
 * ObjectFormat}, and a row in {@code loader.input.ObjectFormats}. Called by {@code input}, which
 * finds the format of a file; nothing else knows that there are several.
 */
package dev.orcinus.loader.format;
