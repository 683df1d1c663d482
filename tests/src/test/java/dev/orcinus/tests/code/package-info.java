/** Tests that compare hand-written machine code with the output of tools. */
package dev.orcinus.tests.code;
