package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.macho.MachSection;

/** The relocations of an object. The processor's machine makes them into edges. */
final class MachORelocations {
    private final MachOObject object;
    private final MachOSections sections;
    private final MachOSymbols symbols;

    MachORelocations(MachOObject object, MachOSections sections, MachOSymbols symbols) {
        this.object = object;
        this.sections = sections;
        this.symbols = symbols;
    }

    /** Adds the edges to the graph. */
    void add() throws MalformedFileException {
        for (MachSection section : sections.all()) {
            SectionAtoms atoms = sections.atoms(section.ordinal());
            if (atoms != null && section.relocationCount() != 0) {
                if (section.isZeroFill()) {
                    throw object.malformed(section, "is zero-filled and has relocations");
                }
                add(atoms);
            }
        }
        sections.addSupport();
    }

    private void add(SectionAtoms atoms) throws MalformedFileException {
        RelocationCursor at =
                new RelocationCursor(
                        object,
                        sections,
                        symbols,
                        atoms,
                        object.file().relocations(atoms.section()));
        boolean areDescriptors = ThreadLocalDescriptors.are(atoms.section());
        while (at.advance()) {
            if (areDescriptors && ThreadLocalDescriptors.isVariable(at, atoms.section())) {
                ThreadLocalDescriptors.add(at, object.machine());
            } else {
                object.machine().add(at);
            }
        }
        atoms.sortEdges();
    }
}
