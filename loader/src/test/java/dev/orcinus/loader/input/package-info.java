/** Tests with archives from each kind of {@code ar}, linked for a target that runs no code. */
package dev.orcinus.loader.input;
