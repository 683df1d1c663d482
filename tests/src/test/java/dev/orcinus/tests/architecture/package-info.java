/** What the modules may depend on, as {@code ARCHITECTURE.md} says. */
package dev.orcinus.tests.architecture;
