/**
 * Tests of sessions with the tests' own controller: the actions of guest code, and the errors of a
 * peer.
 */
package dev.orcinus.tests.session;
