/**
 * Lines to other machines: TLS 1.3 of the JDK, a token that both sides know, and certificates that
 * are pinned.
 */
@SuppressWarnings("module") // the modules that it is exported to are compiled after it
module dev.orcinus.secure {
    exports dev.orcinus.secure to
            dev.orcinus.cli,
            dev.orcinus.daemon,
            dev.orcinus.loader;
}
