/**
 * Events for JDK Flight Recorder: what is linked and initialized, calls of Java by loaded code,
 * sessions, crashes, checkpoints. The loader, the executor and the rest of the runtime note them.
 * Without a recording, nothing is noted, and without the module {@code jdk.jfr} none of its classes
 * is loaded.
 */
package dev.orcinus.runtime.flight;
