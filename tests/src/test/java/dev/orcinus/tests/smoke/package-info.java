/**
 * The tests that every platform runs, by {@code ./test -Psmoke}: a person with a machine that the
 * maintainers do not have runs these first.
 */
package dev.orcinus.tests.smoke;
