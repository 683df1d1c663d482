/**
 * The input of linking. This package recognises a file by its bytes and gives its objects to {@code
 * link}; the objects of an archive are read when they are needed. The public API calls it.
 */
package dev.orcinus.loader.input;
