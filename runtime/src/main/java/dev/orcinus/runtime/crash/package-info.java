/**
 * Reports of crashes in a guest process: which signal, where, and the calls that led there, through
 * linked code and libraries. It reads a stopped process from outside, calls nothing in it, and
 * believes nothing of what it finds. Whoever observes the crashes of a guest asks {@link
 * dev.orcinus.runtime.crash.CrashReporter} for a report; until then nothing of this package runs.
 */
package dev.orcinus.runtime.crash;
