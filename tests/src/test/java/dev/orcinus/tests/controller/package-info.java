/**
 * A SimpleRemoteEPC controller, which takes the part of LLVM and gives tests control of each byte
 * on the wire. {@link dev.orcinus.tests.controller.Controller} is the line, {@link
 * dev.orcinus.tests.controller.Services} the executor's services, {@link
 * dev.orcinus.tests.controller.GuestCode} some guest functions.
 */
package dev.orcinus.tests.controller;
