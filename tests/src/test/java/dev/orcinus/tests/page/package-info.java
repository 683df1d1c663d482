/** The page of {@code orcinus inspect --html}, opened in a browser. */
package dev.orcinus.tests.page;
