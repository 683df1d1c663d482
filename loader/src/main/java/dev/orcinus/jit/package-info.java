/**
 * The public API: a {@code Jit} loads object files into this JVM ({@code InProcessJit}), into a
 * process of its own ({@code IsolatedJit}, {@code ProgramJit}) or into an executor ({@code
 * RemoteJit}). Its methods refuse null arguments with a {@link NullPointerException}. It depends on
 * the other packages of the loader; only programs depend on it.
 */
package dev.orcinus.jit;
