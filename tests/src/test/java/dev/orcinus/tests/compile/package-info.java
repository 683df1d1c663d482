/** Tests of C and C++ that the machine's compiler compiles. */
package dev.orcinus.tests.compile;
