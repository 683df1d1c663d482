/** A program that uses Orcinus. */
module consumer {
    requires dev.orcinus;
}
