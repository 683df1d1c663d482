/** The machine code that Orcinus writes by hand, compared with what tools make of its source. */
package dev.orcinus.tests.code;
