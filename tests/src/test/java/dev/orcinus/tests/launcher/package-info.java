/** Tests of the launcher, on copies of it with a JDK and a Maven that are shell scripts. */
package dev.orcinus.tests.launcher;
