/**
 * Programs that have been linked before, as they are kept: the content of their memory, the words
 * in it that depend on where it lies, and what it refers to outside. {@code loader.link} records
 * them, and links the graphs that are made of them; {@code loader.input} knows which files they are
 * of.
 */
package dev.orcinus.loader.image;
