/** Stands in for an operating system in the tests of other modules; no program uses it. */
module dev.orcinus.fakes {
    requires transitive dev.orcinus.platform;
    requires transitive dev.orcinus.protocol;

    exports dev.orcinus.fakes;
}
