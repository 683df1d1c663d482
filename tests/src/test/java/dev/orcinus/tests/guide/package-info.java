/** Tests of the guide in {@code docs} and of the README: what they show is compiled and run. */
package dev.orcinus.tests.guide;
