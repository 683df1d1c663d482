/** Archives made by each sort of {@code ar}, linked to a target that runs nothing. */
package dev.orcinus.loader.input;
