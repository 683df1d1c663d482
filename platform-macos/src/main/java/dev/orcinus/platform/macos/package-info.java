/**
 * The host of macOS, and the guest in this JVM's process. What it shares with Linux is in the
 * module {@code platform-posix}. No Mac was at hand when it was written: constants and layouts come
 * from macOS's headers by a test, behaviour from Apple's documentation and from the sources of
 * Darwin's kernel, which the classes name.
 */
package dev.orcinus.platform.macos;
