/** The files by which the Linux tool perf names linked code, as processes write them. */
package dev.orcinus.tests.perf;
